using System.Collections.Concurrent;
using System.Globalization;

namespace Visma.Connect.Sdk.Testing;

/// <summary>Every time that a refresh token was presented: the proof that none was spent twice without need.</summary>
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

    /// <summary>What was presented again although it had brought its tokens before.</summary>
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
            $"{grant.Client.ClientId} at {again.ArrivedAt:O}: refresh token {again.Token.Ordinal} of {grant.User.Name}'s consent, whose successor it had got");
    }
}
