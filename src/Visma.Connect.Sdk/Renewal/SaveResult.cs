namespace Visma.Connect.Sdk;

/// <summary>The result of saving new tokens.</summary>
internal enum SaveResult
{
    /// <summary>The tokens are in the cache.</summary>
    Saved,

    /// <summary>Not saved: the cache has newer tokens, the same tokens, or the tokens of another consent, and these count.</summary>
    GaveWay,

    /// <summary>Not saved: the connection was disconnected.</summary>
    Disconnected,
}
