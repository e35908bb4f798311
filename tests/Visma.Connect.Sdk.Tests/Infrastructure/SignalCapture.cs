using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>Listens to the metrics of one container, and to all traces of the library.</summary>
public sealed class SignalCapture : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public SignalCapture(IServiceProvider services)
    {
        IMeterFactory scope = services.GetRequiredService<IMeterFactory>();
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == VismaTelemetry.Name && instrument.Meter.Scope == scope)
            {
                Instruments.Enqueue(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == VismaTelemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Activities.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public ConcurrentQueue<(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)> Measurements { get; } = [];

    public ConcurrentQueue<string> Instruments { get; } = [];

    public ConcurrentQueue<Activity> Activities { get; } = [];

    public IEnumerable<(double Value, IReadOnlyDictionary<string, object?> Tags)> Of(string instrument) =>
        Measurements.Where(measurement => measurement.Instrument == instrument).Select(measurement => (measurement.Value, measurement.Tags));

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Measurements.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
}
