using System.Runtime.ExceptionServices;

namespace Visma.Connect.Sdk.Chaos;

/// <summary>
/// Virtual time for all processes. It moves on to the next scheduled event when nothing can run: when no thread of the pool works.
/// </summary>
/// <remarks>Thread-safe. <see cref="Run"/> blocks its thread, which must not be one of the pool.</remarks>
internal sealed class World
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Scheduled, (long DueAt, long Order)> _queue = new();
    private long _now;
    private long _order;
    private int _baseline = int.MaxValue;
    private int _firing;
    private ExceptionDispatchInfo? _failure;

    /// <summary>The time since the start.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(Volatile.Read(ref _now));

    /// <summary>How many moments there were at which something happened.</summary>
    public long Moments { get; private set; }

    /// <summary>Schedules an event.</summary>
    public Scheduled In(TimeSpan delay, Action act)
    {
        lock (_lock)
        {
            Scheduled scheduled = new(act);
            _queue.Enqueue(scheduled, (_now + Math.Max(0, delay.Ticks), _order++));
            return scheduled;
        }
    }

    /// <summary>Ends the run with an exception.</summary>
    public void Fail(Exception failure) => _failure ??= ExceptionDispatchInfo.Capture(failure);

    /// <summary>Time stands still while something is under way that the thread pool does not know of, such as a request on a socket.</summary>
    public async Task<T> DuringAsync<T>(Func<Task<T>> act)
    {
        Interlocked.Increment(ref _firing);
        try
        {
            return await act();
        }
        finally
        {
            Interlocked.Decrement(ref _firing);
        }
    }

    /// <summary>Runs something that calls <see cref="Run"/> on a thread that is not one of the pool.</summary>
    public static Task OnOwnThreadAsync(Action run)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                run();
                ended.SetResult();
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
            }
        });
        thread.Start();
        return ended.Task;
    }

    /// <summary>Lets time pass until a condition is true.</summary>
    public void Run(Func<bool> isOver)
    {
        while (!isOver())
        {
            WaitUntilIdle();
            _failure?.Throw();
            List<Scheduled> due = TakeNext();
            Moments++;
            Interlocked.Add(ref _firing, due.Count);
            due.ForEach(scheduled => ThreadPool.UnsafeQueueUserWorkItem(_ => Fire(scheduled), null));
        }
    }

    private void Fire(Scheduled scheduled)
    {
        try
        {
            scheduled.Act();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
        finally
        {
            Interlocked.Decrement(ref _firing);
        }
    }

    private List<Scheduled> TakeNext()
    {
        lock (_lock)
        {
            List<Scheduled> due = [];
            while (_queue.TryPeek(out Scheduled? next, out (long DueAt, long Order) at) && (due.Count == 0 || at.DueAt <= _now))
            {
                _queue.Dequeue();
                if (!next.IsCancelled)
                {
                    _now = at.DueAt;
                    due.Add(next);
                }
            }

            return due.Count > 0 ? due : throw new InvalidOperationException("Nothing is scheduled, so time would stand still.");
        }
    }

    // A thread counts as busy from the moment when a work item is queued for it. The test framework can keep some threads busy for a while, so
    // the smallest number that was seen counts as idle. A false idle is like a pause of the scheduler, which does no harm.
    private void WaitUntilIdle()
    {
        SpinWait wait = default;
        for (int idle = 0; idle < 2;)
        {
            int busy = BusyThreads();
            _baseline = Math.Min(_baseline, busy);
            idle = Volatile.Read(ref _firing) == 0 && ThreadPool.PendingWorkItemCount == 0 && busy == _baseline ? idle + 1 : 0;
            if (idle == 0)
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out int most, out _);
        ThreadPool.GetAvailableThreads(out int available, out _);
        return most - available;
    }

    /// <summary>An event that can be cancelled.</summary>
    internal sealed class Scheduled(Action act)
    {
        private volatile bool _isCancelled;

        public bool IsCancelled => _isCancelled;

        public void Cancel() => _isCancelled = true;

        public void Act()
        {
            if (!_isCancelled)
            {
                act();
            }
        }
    }
}
