using System.Collections.Concurrent;

namespace Visma.Connect.Sdk;

/// <summary>The discovery documents that were read, by their addresses. They stay in use until a newer one is read.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class KnownMetadata
{
    private readonly ConcurrentDictionary<Uri, AuthorityMetadata> _known = new();
    private int _version;

    /// <summary>Raised when a document was read for the first time, or differs from the earlier one.</summary>
    public event Action? Changed;

    /// <summary>The number of changes.</summary>
    public int Version => Volatile.Read(ref _version);

    public AuthorityMetadata? Find(Uri address) => _known.TryGetValue(address, out AuthorityMetadata? metadata) ? metadata : null;

    public void Set(Uri address, AuthorityMetadata metadata)
    {
        if (Find(address) == metadata)
        {
            return;
        }

        _known[address] = metadata;
        Interlocked.Increment(ref _version);
        Changed?.Invoke();
    }
}
