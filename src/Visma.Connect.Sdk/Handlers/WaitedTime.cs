namespace Visma.Connect.Sdk;

/// <summary>
/// The time that a request has waited to be sent. It is a property of the message, so that one limit holds for all sends of it, also for those of a
/// resilience handler outside.
/// </summary>
internal static class WaitedTime
{
    private const string Property = "Visma.Connect.Sdk.WaitedTime";

    public static TimeSpan Of(HttpRequestMessage request) => RequestProperties.Get(request, Property) is TimeSpan waited ? waited : TimeSpan.Zero;

    public static void Add(HttpRequestMessage request, TimeSpan waited) => RequestProperties.Set(request, Property, Of(request) + waited);
}
