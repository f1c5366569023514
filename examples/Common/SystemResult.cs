using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ppl.Examples;

/// <summary>A picture that a program made.</summary>
/// <param name="File">Its file in the program's folder.</param>
/// <param name="Caption">What it shows.</param>
public sealed record ResultPicture(string File, string Caption);

/// <summary>What a program measured, as it stands on the page of results.</summary>
/// <param name="Setting">Model, data and budget, in a sentence or two.</param>
/// <param name="Findings">The numbers.</param>
/// <param name="Pictures">The pictures that go to the page; a program may write others beside them.</param>
/// <param name="Remarks">What explains the numbers: a paragraph each.</param>
public sealed record SystemResult(
    string Setting, IReadOnlyList<Finding> Findings, IReadOnlyList<ResultPicture> Pictures, IReadOnlyList<string> Remarks)
{
    /// <summary>The file that a run leaves in its folder.</summary>
    public const string FileName = "result.json";

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The seed of the run.</summary>
    public long Seed { get; init; }

    /// <summary>What the run took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether it was a short run, which shows that everything works and not what it reaches.</summary>
    public bool IsSmoke { get; init; }

    /// <summary>Reads a result.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read, or is no result.</exception>
    public static SystemResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<SystemResult>(File.ReadAllText(path), Form) ?? throw new IOException($"{path} holds no result");
        }
        catch (JsonException e)
        {
            throw new IOException($"{path} holds no result: {e.Message}", e);
        }
    }

    /// <summary>Writes the result.</summary>
    /// <param name="path">The file.</param>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Form) + "\n");
}
