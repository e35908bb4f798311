namespace Visma.Connect.Sdk.Chaos;

/// <summary>A body of which only a part arrives: then the connection breaks, or nothing more comes until the reader hangs up.</summary>
internal sealed class PartialBody(byte[] part, bool breaks, CancellationToken hungUp) : Stream
{
    private int _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == part.Length)
        {
            if (breaks)
            {
                throw new IOException("The connection was closed.");
            }

            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(hungUp, cancellationToken);
            TaskCompletionSource<int> never = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration = either.Token.Register(() => never.TrySetCanceled());
            return await never.Task;
        }

        int read = Math.Min(buffer.Length, part.Length - _position);
        part.AsMemory(_position, read).CopyTo(buffer);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
