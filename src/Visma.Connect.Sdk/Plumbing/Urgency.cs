namespace Visma.Connect.Sdk;

/// <summary>Whether callers wait for a work. A work that began ahead of time can become urgent while it waits itself.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Urgency
{
    private readonly object _lock = new();
    private bool _isUrgent;
    private Action? _act;

    /// <summary>A caller waits from now on.</summary>
    public void BecomeUrgent()
    {
        Action? act;
        lock (_lock)
        {
            _isUrgent = true;
            act = _act;
            _act = null;
        }

        act?.Invoke();
    }

    /// <summary>Acts when the work becomes urgent; at once if it is. Only the last action counts: a work waits in one place at a time.</summary>
    public void WhenUrgent(Action act)
    {
        lock (_lock)
        {
            if (!_isUrgent)
            {
                _act = act;
                return;
            }
        }

        act();
    }
}
