using System.Collections.Concurrent;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>The faults of a run, and the violations that were found.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Journal(World world, IReadOnlyCollection<Connection> connections)
{
    // An owner that goes on needs the end of its lease: it looks at its socket for 2 seconds, and a cache operation can take 2 seconds.
    private static readonly TimeSpan EndOfLease = TimeSpan.FromSeconds(4);

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<Fault> _faults = new();

    /// <summary>Whether faults are injected.</summary>
    public bool IsPeaceful { get; set; }

    public ConcurrentQueue<string> Violations { get; } = new();

    public IEnumerable<KeyValuePair<string, int>> Counts => _counts.OrderBy(count => count.Key, StringComparer.Ordinal);

    public void Count(string kind) => _counts.AddOrUpdate(kind, 1, (_, before) => before + 1);

    /// <summary>Notes a fault: of one connection, of one process, or of all if both are null.</summary>
    public void Add(string kind, Connection? connection, Process? process, TimeSpan duration = default)
    {
        Count(kind);
        _faults.Enqueue(new Fault(kind, connection, process, world.Now, world.Now + duration));
        foreach (Connection one in connection is null ? connections : [connection])
        {
            one.Note(world.Now, $"{process}: FAULT {kind}{(duration > TimeSpan.Zero ? $" for {duration.TotalSeconds:0.0} s" : "")}");
        }
    }

    /// <summary>Whether the owner of a mark was frozen when the mark lapsed, or until just before.</summary>
    public bool WasSilent(Marking marking) => FreezesOf(marking.By)
        .Any(freeze => freeze.At <= (marking.RemovedAt ?? TimeSpan.MaxValue) && freeze.Until >= marking.LapsesAt - EndOfLease);

    /// <summary>Whether the cache failed several times before the mark lapsed, so that its owner could not make the others wait.</summary>
    public bool WasCutOff(Marking marking, Connection connection) => _faults
        .Count(fault => (fault.Process == marking.By || fault.Kind == Faults.CacheDown)
            && (fault.Connection is null || fault.Connection == connection)
            && fault.Kind.StartsWith("cache", StringComparison.Ordinal)
            && fault.Until >= marking.At && fault.At <= marking.LapsesAt) >= 2;

    private IEnumerable<Fault> FreezesOf(Process process) => _faults.Where(fault => fault.Kind == Faults.Freeze && fault.Process == process);

    /// <summary>Whether the wall clock of any process was wrong. A mark has the date of its owner, and another process compares it.</summary>
    public bool WasAnyClockWrong(TimeSpan from, TimeSpan to) =>
        _faults.Any(fault => fault.Kind.StartsWith(Faults.ClockJump, StringComparison.Ordinal) && fault.Until >= from && fault.At <= to);

    /// <summary>The faults in a span of time that concern a connection.</summary>
    public IEnumerable<Fault> Between(TimeSpan from, TimeSpan to, Connection connection) =>
        _faults.Where(fault => fault.Until >= from && fault.At <= to && (fault.Connection is null || fault.Connection == connection));
}
