#nullable enable

using System.Runtime.InteropServices;

namespace Ppl.Common;

/// <summary>
/// Which file a path means that is to be replaced whole, by a rename. A rename knows no better: it puts a plain file where a device or a
/// pipe was, and in a link's own place, so that the file that the link leads to stays as it was.
/// </summary>
internal static class TargetFile
{
    private const int CurrentFolder = -100;
    private const uint WantsType = 1;
    private const int TypeMask = 0xF000;
    private const int PlainFile = 0x8000;

    // The mode's place in what the system tells of a file: `struct statx` of Linux, `struct stat` of macOS.
    private const int LinuxMode = 28;
    private const int MacMode = 4;
    private const int Room = 256;

    /// <summary>The file to replace: the path itself, or where its links lead.</summary>
    /// <param name="path">A file; nothing need be there.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="IOException">A folder, a device, a pipe or a socket is there, or the links lead in a circle.</exception>
    public static string Of(string path)
    {
        if (OtherThanFile(path) is { } other) throw new IOException($"'{path}' is {other}, not a file that could be replaced; nothing was written");
        return AfterLinks(path);
    }

    /// <summary>Where a path leads: itself, or the end of its links, where nothing need be.</summary>
    /// <param name="path">A path.</param>
    /// <returns>The full path.</returns>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string AfterLinks(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>What is there, links followed, if it is no plain file: such as <c>a device</c>. Null for a file, and where nothing is.</summary>
    /// <param name="path">A path.</param>
    public static string? OtherThanFile(string path)
    {
        if (Directory.Exists(path) || Path.EndsInDirectorySeparator(path)) return "a folder";
        return (Mode(Path.GetFullPath(path)) & TypeMask) switch
        {
            null or 0 or PlainFile => null,
            0x1000 => "a pipe",
            0x2000 or 0x6000 => "a device",
            0xC000 => "a socket",
            _ => "something else",
        };
    }

    // The framework tells links and folders from files, and nothing else.
    private static int? Mode(string path)
    {
        if (OperatingSystem.IsLinux()) return Told((name, room) => Statx(CurrentFolder, name, 0, WantsType, room), LinuxMode, path);
        if (!OperatingSystem.IsMacOS()) return null;
        return RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Told(Stat, MacMode, path) : Told(StatWide, MacMode, path);
    }

    private static int? Told(Func<nint, nint, int> ask, int place, string path)
    {
        var (name, room) = (Marshal.StringToCoTaskMemUTF8(path), Marshal.AllocHGlobal(Room));
        try
        {
            return ask(name, room) == 0 ? (ushort)Marshal.ReadInt16(room, place) : null;
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
            Marshal.FreeHGlobal(room);
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, nint path, int flags, uint wanted, nint room);

    [DllImport("libc", EntryPoint = "stat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Stat(nint path, nint room);

    [DllImport("libc", EntryPoint = "stat$INODE64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatWide(nint path, nint room);
}
