using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ppl.Common;

/// <summary>
/// A file or folder that is written beside its target and then renamed to it. A process that is killed leaves it behind; the next one
/// that is made for the same target removes what dead processes left.
/// </summary>
/// <remarks>
/// The name says for which target, on which machine and by which process it is written: <c>.target.machine-process-random.tmp</c>. It is
/// dead when that process has ended, and no process holds the lock that an open file has: either alone could be wrong, the number across
/// machines or containers that share a disk, the lock where the file system has none.
/// </remarks>
internal sealed partial class Temporary : IDisposable
{
    // A process knows its own: its number may be that of a dead one, as in a container, where it often is 1.
    private static readonly ConcurrentDictionary<string, bool> Ours = new(StringComparer.Ordinal);

    private static readonly string Machine =
        Crc32.Append(0, Encoding.UTF8.GetBytes(Environment.MachineName)).ToString("x8", CultureInfo.InvariantCulture);

    private Temporary(string path) => Path = path;

    /// <summary>The temporary name. Nothing is there yet.</summary>
    public string Path { get; }

    /// <summary>A free name in the folder of a target: a rename is atomic only within one file system.</summary>
    /// <param name="target">What it will become.</param>
    /// <exception cref="IOException">The target names a folder's root.</exception>
    public static Temporary Beside(string target)
    {
        var full = System.IO.Path.GetFullPath(target);
        var folder = System.IO.Path.GetDirectoryName(full) ?? throw new IOException($"{target} names a folder, not a file");
        var name = System.IO.Path.GetFileName(full);
        Sweep(folder, name);
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var path = System.IO.Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture, $".{name}.{Machine}-{Environment.ProcessId}-{random}.tmp"));
        Ours[path] = true;
        return new Temporary(path);
    }

    /// <summary>Removes it, if it has not become its target, without hiding the fault that stopped that.</summary>
    public void Dispose()
    {
        Remove(Path);
        Ours.TryRemove(Path, out _);
    }

    private static void Sweep(string folder, string name)
    {
        if (!Directory.Exists(folder)) return;
        var hiddenToo = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, ".*.tmp", hiddenToo))
        {
            var found = System.IO.Path.GetFileName(entry);
            if (!found.StartsWith($".{name}.", StringComparison.Ordinal)) continue;
            if (OwnerPattern().Match(found, name.Length + 2) is { Success: true } owner && IsDead(entry, owner)) Remove(entry);
        }
    }

    private static bool IsDead(string path, Match owner)
    {
        if (owner.Groups["machine"].Value != Machine || Ours.ContainsKey(path)) return false;
        if (!int.TryParse(owner.Groups["process"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var process)) return false;
        return (process == Environment.ProcessId || !IsRunning(process)) && (Directory.Exists(path) || IsUnlocked(path));
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static bool IsUnlocked(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What led here is what the caller needs to see; the next sweep tries again.
        }
    }

    [GeneratedRegex(@"\G(?<machine>[0-9a-f]{8})-(?<process>[0-9]{1,10})-[0-9a-f]{8}\.tmp\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnerPattern();
}
