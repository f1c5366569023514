using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

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
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The seed of the run.</summary>
    public long Seed { get; init; }

    /// <summary>How many runs there were, with this seed and those after it.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>The passes over the data that the user chose; null where they were the program's own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Epochs { get; init; }

    /// <summary>Whether it was the published setting.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsFull { get; init; }

    /// <summary>The options that run it again, each after a space; empty where all were the program's own.</summary>
    [JsonIgnore]
    public string Options => string.Concat(
        IsFull ? " --full" : "",
        Epochs is { } epochs ? FormattableString.Invariant($" --epochs {epochs}") : "",
        Seed != 0 ? FormattableString.Invariant($" --seed {Seed}") : "",
        Seeds != 1 ? FormattableString.Invariant($" --seeds {Seeds}") : "");

    /// <summary>The seeds in words: <c>seed 0</c>, <c>seeds 0 to 2</c>.</summary>
    [JsonIgnore]
    public string SeedText => Seeds == 1
        ? FormattableString.Invariant($"seed {Seed}")
        : FormattableString.Invariant($"seeds {Seed} to {Seed + Seeds - 1}");

    /// <summary>What the runs took together, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether it was a short run, which shows that everything works and not what it reaches.</summary>
    public bool IsSmoke { get; init; }

    /// <summary>Whether nothing in it is null, which a reader of JSON lets pass in lists, and its pictures are files beside it.</summary>
    private bool IsWhole => Findings.All(finding => finding is not null) && Remarks.All(remark => remark is not null)
        && Pictures.All(picture => picture is not null && Path.GetFileName(picture.File) == picture.File
            && picture.File.EndsWith(".png", StringComparison.Ordinal) && !picture.File.Contains('\0', StringComparison.Ordinal));

    /// <summary>The result beside those of runs with other seeds: its setting, pictures and remarks, and the numbers of all.</summary>
    /// <param name="others">Results of the same program with the same settings: the findings are the same in the same order.</param>
    /// <exception cref="InvalidOperationException">A run has more findings than another.</exception>
    public SystemResult Beside(IReadOnlyList<SystemResult> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Any(other => other.Findings.Count != Findings.Count))
            throw new InvalidOperationException("runs with other seeds have other findings");
        return this with
        {
            Seeds = 1 + others.Count,
            Findings = [.. Findings.Select((own, i) => own.Beside([.. others.Select(other => other.Findings[i])]))],
        };
    }

    /// <summary>Reads a result.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read, or is no result.</exception>
    public static SystemResult Read(string path)
    {
        try
        {
            var result = JsonSerializer.Deserialize<SystemResult>(File.ReadAllText(path), Form);
            return result is { IsWhole: true } ? result : throw new IOException($"{path} holds no result");
        }
        catch (JsonException e)
        {
            throw new IOException($"{path} holds no result: {e.Message}", e);
        }
    }

    /// <summary>Writes the result.</summary>
    /// <param name="path">The file.</param>
    /// <remarks>The file appears whole or not at all: a run that is killed leaves none that is half of one.</remarks>
    public void Write(string path)
    {
        var next = path + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize(this, Form) + "\n");
        File.Move(next, path, overwrite: true);
    }
}
