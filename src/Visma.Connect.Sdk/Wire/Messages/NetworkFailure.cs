using System.Net.Sockets;
using System.Security.Authentication;

namespace Visma.Connect.Sdk;

/// <summary>
/// Describes a failure of the transport. The platform's exceptions quote what they could not read, for example a reply without a status line, and that
/// can be tokens. So neither their text nor the exceptions themselves are passed on.
/// </summary>
internal static partial class NetworkFailure
{
    /// <summary>What happened, in words that do not depend on the reply.</summary>
    public static string ReasonOf(Exception failure) =>
        // The operating system and TLS know nothing of the reply.
        Chain(failure).FirstOrDefault(IsBelowHttp)?.Message ?? ReasonOfHttp(failure);

    /// <summary>The failure for an <see cref="Exception.InnerException"/>: of the same kind, with its socket or TLS failure, and without the rest.</summary>
    public static Exception WithoutReply(Exception failure) => failure switch
    {
        _ when Chain(failure).All(MayBeShown) => failure,
        HttpRequestException => Copy(ReasonOf(failure), Chain(failure).FirstOrDefault(IsBelowHttp), failure),
        _ => new IOException($"{ReasonOf(failure)} ({failure.GetType().Name})", Chain(failure).FirstOrDefault(IsBelowHttp)),
    };

    // Handlers of the application throw their own exceptions, whose text is theirs. The platform's can be inside of them.
    private static bool MayBeShown(Exception failure) =>
        IsBelowHttp(failure) || !(failure is HttpRequestException or IOException or InvalidDataException or FormatException || IsOfPlatform(failure));

    private static bool IsBelowHttp(Exception failure) => failure is SocketException or AuthenticationException;

    private static IEnumerable<Exception> Chain(Exception failure)
    {
        for (Exception? each = failure; each is not null; each = each is SocketException ? null : each.InnerException)
        {
            yield return each;
        }
    }
}
