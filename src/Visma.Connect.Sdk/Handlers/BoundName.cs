namespace Visma.Connect.Sdk;

/// <summary>The tenant id or the <see cref="ConnectionName"/> that a client is bound to, on each of its requests.</summary>
internal sealed class BoundName(object named)
{
    public object Named => named;

    /// <exception cref="InvalidOperationException">It is another one than the client is bound to.</exception>
    public void Require(object other)
    {
        if (!other.Equals(named))
        {
            throw new InvalidOperationException(
                $"This client is bound to {NamedToken.Describe(named)}, and a handler names {NamedToken.Describe(other)} on its request. Use a client that is "
                + "not bound, or let the handler name a token only if request.NamesToken() is false. Nothing was sent.");
        }
    }
}
