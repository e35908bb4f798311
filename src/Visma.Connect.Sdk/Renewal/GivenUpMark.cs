namespace Visma.Connect.Sdk;

/// <summary>A mark of this process whose attempt is over, though it stands: nobody here has to watch it.</summary>
/// <param name="MarkId">The mark.</param>
/// <param name="NotBefore">The monotonic timestamp before which its refresh token must not be presented again.</param>
/// <param name="NotAfter">The monotonic timestamp after which it is watched like any other.</param>
internal readonly record struct GivenUpMark(string MarkId, long NotBefore, long NotAfter);
