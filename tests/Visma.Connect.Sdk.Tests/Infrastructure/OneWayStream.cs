namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>A stream that can be read once, as a network's or a pipe's.</summary>
public sealed class OneWayStream(byte[] content) : MemoryStream(content)
{
    public override bool CanSeek => false;
}
