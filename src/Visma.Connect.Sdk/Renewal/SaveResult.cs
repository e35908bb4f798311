namespace Visma.Connect.Sdk;

/// <summary>What became of tokens that were to be saved.</summary>
internal enum SaveResult
{
    /// <summary>They are in the cache.</summary>
    Saved,

    /// <summary>The cache has newer ones, or these already, or those of another consent: what it has counts.</summary>
    GaveWay,

    /// <summary>The connection is not there any more: it was disconnected.</summary>
    Disconnected,
}
