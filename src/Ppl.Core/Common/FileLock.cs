namespace Ppl.Common;

/// <summary>
/// A lock between processes: an open file that nobody else may open. The system releases it however the process ends, so that a file that
/// is left behind locks nothing.
/// </summary>
internal sealed class FileLock : IDisposable
{
    // EAGAIN of Linux and of macOS; the sharing and lock violations of Windows.
    private static readonly int[] HeldCodes = [11, 35, 32, 33];

    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock on a file that others may replace: it is a hidden file beside it, which stays. A link's is its target's.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The lock; null while another process, or this one, holds it.</returns>
    /// <exception cref="IOException">It is no plain file, or its folder is not there, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock's file cannot be written.</exception>
    public static FileLock? TryTakeFor(string path) => TryTake(NameFor(TargetFile.Of(path)));

    /// <summary>Whether a process holds the lock on a file; asking leaves nothing behind.</summary>
    /// <param name="path">The file.</param>
    public static bool IsTakenFor(string path)
    {
        var file = NameFor(path);
        if (!File.Exists(file)) return false;
        using var opened = TryOpenAlone(file, FileMode.Open);
        return opened is null;
    }

    /// <summary>Takes the lock on a folder: it is the file <c>.lock</c> in it, which stays.</summary>
    /// <param name="folder">The folder, which is there.</param>
    /// <returns>The lock; null while another process, or this one, holds it.</returns>
    /// <exception cref="IOException">The folder is not there, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The lock's file cannot be written.</exception>
    public static FileLock? TryTakeFolder(string folder) => TryTake(Path.Combine(Path.GetFullPath(folder), ".lock"));

    /// <summary>Opens a file for writing while nobody else has it open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">How.</param>
    /// <returns>The file; null while somebody else has it open.</returns>
    public static FileStream? TryOpenAlone(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.Write, FileShare.None);
        }
        catch (IOException fault) when (HeldCodes.Contains(fault.HResult & 0xFFFF))
        {
            return null;
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => file.Dispose();

    private static string NameFor(string path)
    {
        var full = TargetFile.AfterLinks(path);
        return Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.lock");
    }

    // The file is not removed: a process that has opened it and one that makes it anew would both hold a lock.
    private static FileLock? TryTake(string file) => TryOpenAlone(file, FileMode.OpenOrCreate) is { } opened ? new FileLock(opened) : null;
}
