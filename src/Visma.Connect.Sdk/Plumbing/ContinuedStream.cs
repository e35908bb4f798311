namespace Visma.Connect.Sdk;

/// <summary>A stream of which the beginning was read already: it returns the beginning again, and then the rest.</summary>
internal sealed partial class ContinuedStream(ReadOnlyMemory<byte> beginning, Stream rest) : Stream
{
    private ReadOnlyMemory<byte> _unread = beginning;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        _unread.IsEmpty ? rest.Read(buffer, offset, count) : TakeBeginning(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _unread.IsEmpty
            ? rest.ReadAsync(buffer, offset, count, cancellationToken)
            : Task.FromResult(TakeBeginning(buffer.AsSpan(offset, count)));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }

    private int TakeBeginning(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, _unread.Length);
        _unread.Span.Slice(0, length).CopyTo(buffer);
        _unread = _unread.Slice(length);
        return length;
    }
}
