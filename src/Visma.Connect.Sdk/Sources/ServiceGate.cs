namespace Visma.Connect.Sdk;

/// <summary>What each attempt to obtain a service token passes: its client is not held back, and there is a place at the server.</summary>
/// <remarks>The place is given back for the wait before a repeat, so that a tenant whose requests fail keeps no place of another one.</remarks>
internal sealed class ServiceGate(ConfiguredClient client, RenewalPlace place, ClientPauses pauses, TimeProvider time) : AttemptGate
{
    // Each attempt is noted once. A refused secret does not end it: the next secret is part of the same trial.
    private bool _isUnderWay;

    /// <summary>When the last attempt was sent.</summary>
    public Moment SentAt { get; private set; }

    /// <summary>The save of the token, if there is one. The place is kept until it has ended.</summary>
    public Task? Saving { get; set; }

    public override Task WaitForPlaceAsync(CancellationToken ended) => place.TakeAsync(ended);

    public override void Pass()
    {
        if (!_isUnderWay)
        {
            pauses.Require(client);
            _isUnderWay = true;
        }

        SentAt = Moment.Now(time);
    }

    public override void Leave(VismaConnectException failure)
    {
        NoteEnd(failure);
        place.GiveBack();
    }

    /// <summary>Gives the place back, after the save.</summary>
    public void LeaveAfterSave()
    {
        if (Saving is null)
        {
            place.GiveBack();
            return;
        }

        _ = GiveBackAfterAsync(Saving);
    }

    private async Task GiveBackAfterAsync(Task saving)
    {
        try
        {
            await saving.ConfigureAwait(false);
        }
        finally
        {
            place.GiveBack();
        }
    }

    /// <summary>The request has ended.</summary>
    /// <param name="failure">How it failed. Null if there is a token.</param>
    public void NoteEnd(VismaConnectException? failure)
    {
        if (_isUnderWay)
        {
            _isUnderWay = false;
            pauses.Note(client, SentAt.Timestamp, failure);
        }
    }
}
