namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>A stream that can be read only once, like a network stream or a pipe.</summary>
public sealed class OneWayStream(byte[] content) : MemoryStream(content)
{
    public override bool CanSeek => false;
}
