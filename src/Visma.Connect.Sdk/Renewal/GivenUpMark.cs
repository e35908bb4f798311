namespace Visma.Connect.Sdk;

/// <summary>A mark of this process that is still stored although its attempt is over. A later renewal here replaces it without a watch.</summary>
/// <param name="MarkId">The id of the mark.</param>
/// <param name="SendNotBefore">The monotonic timestamp before which its refresh token must not be sent again.</param>
/// <param name="FollowsTakeover">Whether its renewal had taken over the mark of another process, which may still be at work.</param>
/// <param name="Evidence">What is known about a send under this mark whose outcome is unknown. Null if nothing was sent under it.</param>
/// <param name="WatchedAfter">After a takeover: the monotonic timestamp after which this mark is watched like the mark of another process.</param>
/// <param name="LapsedLease">For the mark of another process: its lease, which has lapsed. With a longer one, the owner is alive.</param>
internal sealed record GivenUpMark(
    string MarkId,
    long SendNotBefore,
    string? Evidence,
    bool FollowsTakeover,
    long WatchedAfter,
    TimeSpan? LapsedLease = null)
{
    public bool IsReplaceableAt(long now, TimeSpan lease) => (!FollowsTakeover || now <= WatchedAfter) && !(lease > LapsedLease);
}
