using Ppl.Data;

namespace Ppl.Examples;

/// <summary>Where the programs of this repository look for data sets.</summary>
internal static class ExampleData
{
    /// <summary>The words of <c>--help</c>.</summary>
    public const string Description =
        $"folder of the data sets [default: {DataFolder.Variable}, else ../shared/data where it exists, else the user's cache]";

    /// <summary>The user's choice; where there is none, <c>../shared/data</c> where it exists; else null, for the library's default.</summary>
    /// <param name="option">The value of <c>--data</c>.</param>
    public static string? Folder(string? option)
    {
        if (!string.IsNullOrEmpty(option) || Environment.GetEnvironmentVariable(DataFolder.Variable) is { Length: > 0 }) return option;
        var shared = Path.Combine("..", "shared", "data");
        return Directory.Exists(shared) ? shared : null;
    }
}
