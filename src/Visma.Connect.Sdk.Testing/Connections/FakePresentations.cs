using System.Collections.Concurrent;
using System.Globalization;

namespace Visma.Connect.Sdk.Testing;

/// <summary>All requests that presented a refresh token. They show whether a one-time token was presented again without need.</summary>
internal sealed class FakePresentations
{
    private readonly ConcurrentQueue<FakePresentation> _presentations = new();
    private long _number;

    public FakePresentation Add(FakeRefreshToken token, DateTimeOffset now)
    {
        FakePresentation presentation = new(this, token, NextNumber(), now);
        _presentations.Enqueue(presentation);
        return presentation;
    }

    public long NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>The one-time tokens that were presented again after the client had received an answer for them, as sentences.</summary>
    public IReadOnlyList<string> Needless() =>
    [
        .. from sameToken in _presentations.Where(presentation => presentation.Token.Grant.RefreshTokens.IsOneTime).GroupBy(presentation => presentation.Token)
           from again in sameToken
           where sameToken.Any(earlier => earlier.WasAnsweredBefore(again))
           orderby again.ArrivedAt
           select Describe(again),
    ];

    private static string Describe(FakePresentation again)
    {
        FakeGrant grant = again.Token.Grant;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{again.ArrivedAt:O}: client '{grant.Client.ClientId}' presented refresh token {again.Token.Ordinal} of {grant.User.Name}'s consent again, "
                + $"although it had received the next token.");
    }
}
