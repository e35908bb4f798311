using Microsoft.Extensions.Logging;

namespace Visma.Connect.Sdk;

/// <summary>The services that all renewals share.</summary>
internal sealed record RenewalParts(
    ClientDirectory Clients,
    AuthorizationServers Servers,
    ConnectionCache Cache,
    ConnectionMemory Memory,
    TokenSaving Saving,
    RenewalsInFlight InFlight,
    ServerPlaces Places,
    ReauthorizationNotice Notice,
    OutagePause Outages,
    GraceFollowUp FollowUp,
    Signals Signals,
    ClientPauses Pauses,
    TimeProvider Time,
    ILogger Logger);
