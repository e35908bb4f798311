using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;

[assembly: AssemblyFixture(typeof(Visma.Connect.Sdk.Tests.Infrastructure.SecretWatch))]

namespace Visma.Connect.Sdk.Tests.Infrastructure;

/// <summary>
/// Watches every flow and every failure that the tests of this assembly run: no exception, trace or metric of the library contains a secret that a
/// FakeVisma issued or received. Each application of a test checks its own log when it is disposed of.
/// </summary>
public sealed class SecretWatch : IDisposable
{
    // Long enough that no ordinary text has it by chance.
    private const int Beginning = 16;

    private static readonly ConcurrentDictionary<string, byte> Texts = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, string> Secrets = new(StringComparer.Ordinal);

    private readonly ActivityListener _activities = new()
    {
        ShouldListenTo = source => source.Name == VismaTelemetry.Name,
        Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        ActivityStopped = activity => Add(TextOf(activity)),
    };

    private readonly MeterListener _meters = new()
    {
        InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == VismaTelemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        },
    };

    public SecretWatch()
    {
        AppDomain.CurrentDomain.FirstChanceException += Note;
        ActivitySource.AddActivityListener(_activities);
        _meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(TextOf(instrument, tags)));
        _meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(TextOf(instrument, tags)));
        _meters.Start();
    }

    /// <summary>Checks the log of an application, and remembers its secrets for the check at the end.</summary>
    public static void Check(FakeVisma visma, LogCapture log)
    {
        string[] secrets = [.. visma.Secrets.SelectMany(FormsOf).Where(secret => secret.Length >= Beginning)];
        foreach (string secret in secrets)
        {
            Secrets.TryAdd(secret[..Beginning], secret);
        }

        string lines = string.Join('\n', log.Lines);
        foreach (string secret in secrets)
        {
            Assert.DoesNotContain(secret, lines, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.FirstChanceException -= Note;
        _activities.Dispose();
        _meters.Dispose();
        foreach (string text in Texts.Keys)
        {
            for (int at = 0; at + Beginning <= text.Length; at++)
            {
                if (Secrets.TryGetValue(text.Substring(at, Beginning), out string? secret) && text.AsSpan(at).StartsWith(secret, StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"A secret is in this text: {text}");
                }
            }
        }
    }

    // Of a JWT, the signature is the secret part: its header is in every token. Secrets of clients contain characters that are encoded on the way.
    private static IEnumerable<string> FormsOf(string secret) => secret.Split('.') is [_, _, { Length: > 0 } signature]
        ? [signature]
        : [secret, Uri.EscapeDataString(secret), System.Net.WebUtility.UrlEncode(secret)];

    private static void Note(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        // The types that the library throws. The platform's own exceptions inside of it are not passed on unless one of these contains them.
        if (thrown.Exception is VismaConnectException or OptionsValidationException or InvalidOperationException or ArgumentException)
        {
            Add(TextOf(thrown.Exception));
        }
    }

    private static void Add(string text) => Texts.TryAdd(text, 0);

    private static string TextOf(Exception exception)
    {
        List<string> texts = [];
        for (Exception? each = exception; each is not null; each = each.InnerException)
        {
            texts.Add($"{each.GetType()} {each.Message} {each.HelpLink} {string.Join(";", each.Data.Keys.Cast<object>().Select(key => $"{key}={each.Data[key]}"))}");
            if (each is VismaConnectException visma)
            {
                texts.Add($"{visma.Error} {visma.ErrorDescription} {visma.CorrelationId} {visma.Remedy} {(visma as ReauthorizationRequiredException)?.Reason}");
            }
        }

        return string.Join('\n', texts);
    }

    private static string TextOf(Activity activity) =>
        $"{activity.DisplayName} {activity.StatusDescription} {string.Join(";", activity.TagObjects)} {string.Join(";", activity.Baggage)} "
        + string.Join(";", activity.Events.SelectMany(each => each.Tags.Select(tag => $"{each.Name} {tag}")));

    private static string TextOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        $"{instrument.Name} {string.Join(";", tags.ToArray())}";
}
