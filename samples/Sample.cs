using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Visma.Connect.Sdk;

namespace Samples;

/// <summary>What all samples do alike: <c>--help</c>, wrong arguments, errors in one line, and the end by Ctrl+C or SIGTERM.</summary>
internal static class Sample
{
    private const int Failed = 1;
    private const int WrongArguments = 2;
    private const int Interrupted = 130;

    // A step that does not end when it is cancelled does not keep the program alive.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(2);

    /// <summary>Runs the sample, and returns the exit code of the process.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="usage">What <c>--help</c> prints.</param>
    /// <param name="steps">The sample. Its token is cancelled by Ctrl+C and SIGTERM.</param>
    public static async Task<int> RunAsync(string[] args, string usage, Func<CancellationToken, Task> steps)
    {
        if (args.Any(argument => argument is "--help" or "-h" or "-?"))
        {
            Console.WriteLine(usage);
            return 0;
        }

        using CancellationTokenSource stopping = new();
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        Task<int> running = Task.Run(() => ExitCodeOfAsync(steps, stopping.Token));
        await Task.WhenAny(running, stopped.Task);
        if (!stopping.IsCancellationRequested)
        {
            return await running;
        }

        await Task.WhenAny(running, Task.Delay(LongestEnd));
        Console.Error.WriteLine("Stopped.");
        return Interrupted;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
            stopped.TrySetResult();
        }
    }

    private static async Task<int> ExitCodeOfAsync(Func<CancellationToken, Task> steps, CancellationToken stopping)
    {
        try
        {
            await steps(stopping);
            return 0;
        }
        catch (UsageException wrong)
        {
            Console.Error.WriteLine($"{wrong.Message} --help shows the usage.");
            return WrongArguments;
        }
        catch (VismaConnectException declined) when (declined.IsCancelledByUser)
        {
            Console.WriteLine("You did not consent, so nothing was connected.");
            return 0;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (InvalidOperationException error) when (error.InnerException is DbException database)
        {
            Console.Error.WriteLine(database.Message);
            return Failed;
        }
        catch (Exception error) when (error is OptionsValidationException or VismaConnectException or InvalidOperationException or HttpRequestException
            or DbException or IOException)
        {
            Console.Error.WriteLine(error.Message);
            return Failed;
        }
    }
}
