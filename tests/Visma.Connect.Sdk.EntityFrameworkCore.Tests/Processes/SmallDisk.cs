using System.Diagnostics;

namespace Visma.Connect.Sdk.EntityFrameworkCore.Tests.Processes;

/// <summary>A disk of a few megabytes in memory, mounted over a folder, that can be filled up.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Filler => Path.Combine(_folder, "filler");

    /// <summary>Mounts the disk. Skips the test if this process may not mount.</summary>
    public static SmallDisk MountAt(string folder, int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux can mount a small disk.");
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder), "This system does not let a disk be mounted.");
        return new SmallDisk(folder);
    }

    /// <summary>Fills the disk completely.</summary>
    public void Fill()
    {
        using FileStream filler = new(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Frees the disk.</summary>
    public void Free() => File.Delete(Filler);

    public void Dispose() => Run("umount", "--lazy", _folder);

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        if (!process.WaitForExit(Patience.Limit))
        {
            throw Patience.Exhausted($"the end of {program}");
        }

        return process.ExitCode == 0;
    }
}
