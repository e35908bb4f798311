using System.Collections.Concurrent;
using System.Net;

namespace Visma.Connect.Sdk;

/// <summary>
/// Marks a message from the request for its token until its response. An outer handler may give up an attempt without ending it, and send the same
/// message again: the attempts would share one header, and one of them could go out without a token, or with the token of another company.
/// </summary>
/// <remarks>
/// The mark is an instance of <see cref="Version"/> that only this class has, with the value of the message's own version. It is the one property that
/// every message has, that costs no memory, and that a copy of the message keeps: such a copy has a token that it should not have.
/// </remarks>
internal static class MessageInFlight
{
    private static readonly Version Mark10 = new(1, 0);
    private static readonly Version Mark11 = new(1, 1);
    private static readonly Version Mark20 = new(2, 0);
    private static readonly Version Mark30 = new(3, 0);
    private static readonly ConcurrentDictionary<Version, Version> OtherMarks = new();

    /// <summary>Marks the message, unless it has an <c>Authorization</c> header of the caller.</summary>
    /// <returns>False if it has one.</returns>
    /// <exception cref="InvalidOperationException">The message is in flight, or is a copy that was made while it was.</exception>
    public static bool TryBegin(HttpRequestMessage request)
    {
        // Only a fault sends a message twice at once, so this lock is free.
        lock (request)
        {
            Version mark = MarkOf(request.Version);
            if (ReferenceEquals(mark, request.Version))
            {
                throw new InvalidOperationException(
                    "This HttpRequestMessage is still being sent, or was copied while it was: a handler gave up an attempt without ending it, or makes "
                    + "attempts at the same time. Nothing was sent. Send a new HttpRequestMessage in each attempt, or cancel the earlier attempt and await "
                    + "its end.");
            }

            // The mark is read before the header.
            Volatile.ReadBarrier();
            if (request.Headers.Contains(TokenAttachment.Authorization))
            {
                return false;
            }

            request.Version = mark;
            return true;
        }
    }

    /// <summary>Removes the mark, after the token.</summary>
    /// <remarks>
    /// Takes no lock: only the sender that set the mark removes it, and any other sender is refused until then. The token is removed before the mark, and
    /// another sender reads the mark before the header, so a sender that finds no mark finds no token either.
    /// </remarks>
    public static void End(HttpRequestMessage request)
    {
        Volatile.WriteBarrier();
        try
        {
            request.Version = WithoutMark(request.Version);
        }
        catch (ObjectDisposedException)
        {
            // The caller did not wait for the end. A message that is disposed of is not sent again.
        }
    }

    /// <summary>The same version, for another message.</summary>
    public static Version WithoutMark(Version version) => version switch
    {
        { Major: 1, Minor: 1, Build: -1 } => HttpVersion.Version11,
        { Major: 1, Minor: 0, Build: -1 } => HttpVersion.Version10,
        _ => ReferenceEquals(version, MarkOf(version)) ? (Version)version.Clone() : version,
    };

    private static Version MarkOf(Version version) => version switch
    {
        { Major: 1, Minor: 1, Build: -1 } => Mark11,
        { Major: 2, Minor: 0, Build: -1 } => Mark20,
        { Major: 3, Minor: 0, Build: -1 } => Mark30,
        { Major: 1, Minor: 0, Build: -1 } => Mark10,
        _ => OtherMarks.GetOrAdd(version, static other => (Version)other.Clone()),
    };
}
