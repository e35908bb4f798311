namespace Visma.Connect.Sdk;

internal sealed partial class ContinuedStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _unread.IsEmpty ? rest.ReadAsync(buffer, cancellationToken) : new ValueTask<int>(TakeBeginning(buffer.Span));
}
