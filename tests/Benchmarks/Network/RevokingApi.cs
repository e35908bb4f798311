using System.Net;

namespace Visma.Connect.Sdk.Benchmarks.Network;

/// <summary>An API that waits until a number of calls are in flight, answers 401 to all of them, and 200 to the later ones.</summary>
internal sealed class RevokingApi(int refused) : HttpMessageHandler
{
    private readonly TaskCompletionSource _allArrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _arrived;

    public int Arrived => Volatile.Read(ref _arrived);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int number = Interlocked.Increment(ref _arrived);
        if (number > refused)
        {
            return new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
        }

        if (number == refused)
        {
            _allArrived.SetResult();
        }

        await _allArrived.Task;
        return new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
    }
}
