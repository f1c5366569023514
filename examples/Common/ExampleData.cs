using Ppl.Data;

namespace Ppl.Examples;

/// <summary>Where the programs of this repository look for data sets.</summary>
internal static class ExampleData
{
    /// <summary>The words of <c>--help</c>.</summary>
    public const string Description =
        $"folder of the data sets [default: {DataFolder.Variable}, else ../shared/data where it exists, else the user's cache]";

    // Each data set's folder below the data folder.
    private static readonly string[] Sets =
        [.. KnownDataset.All.Select(known => known.Remote?.Folder).OfType<string>(), "frey-faces", "oil-flow", "dsprites", "small-tables"];

    /// <summary>The user's choice; where there is none, <c>../shared/data</c> where it exists; else null, for the library's default.</summary>
    /// <param name="option">The value of <c>--data</c>.</param>
    public static string? Folder(string? option)
    {
        if (!string.IsNullOrEmpty(option) || Environment.GetEnvironmentVariable(DataFolder.Variable) is { Length: > 0 }) return option;
        var shared = Path.Combine("..", "shared", "data");
        return HasSets(shared) ? shared : null;
    }

    /// <summary>
    /// Refuses a folder without a folder of a data set, such as that of one set: a program that draws what it lacks would draw all, and not say so.
    /// </summary>
    /// <param name="folder">The user's choice, or null.</param>
    /// <exception cref="DataFileException">It does not exist, is a file, or has no folder of a data set.</exception>
    public static void Require(string? folder)
    {
        if (folder is null) return;
        if (File.Exists(folder)) throw new DataFileException(folder, "it is a file; --data of this program is a folder of data sets");
        if (!Directory.Exists(folder)) throw new DataFileException(folder, "the data folder does not exist");
        if (HasSets(folder)) return;
        throw new DataFileException(
            folder, $"it has none of the folders {string.Join(", ", Sets)}; --data is the folder around those of the data sets");
    }

    private static bool HasSets(string folder) => Sets.Any(set => Directory.Exists(Path.Combine(folder, set)));
}
