using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ppl.Inference;

/// <summary>A log of training as one JSON object a line: see <see cref="TrainingLog"/>.</summary>
/// <remarks>
/// The members are those of <see cref="CsvLog"/>, with the sites' parts in an object <c>parts</c>, and where the objective remembers
/// something, such as a multiplier (<see cref="Svi.ObjectiveState"/>), an object <c>objective_state</c>. A number that JSON does not have is the
/// string <c>"NaN"</c>, <c>"Infinity"</c> or <c>"-Infinity"</c>.
/// </remarks>
/// <param name="path">The file.</param>
/// <param name="everySteps">Steps between lines of steps, at least 1; no such lines when null.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="everySteps"/> is below 1.</exception>
public sealed class JsonLinesLog(string path, int? everySteps = null) : TrainingLog(path, everySteps)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private IReadOnlySet<string> parts = new HashSet<string>();

    private protected override string? Header(IReadOnlyList<string> parts)
    {
        this.parts = parts.ToHashSet();
        return null;
    }

    private protected override string Line(LogRow row) => JsonSerializer.Serialize(row, Json);

    private protected override LogPlace? PlaceOf(string line)
    {
        try
        {
            // An epoch whose objective was changed after its last step has no parts.
            return JsonSerializer.Deserialize<LogRow>(line, Json) is { } row && (row.Parts.Count == 0 || parts.SetEquals(row.Parts.Keys))
                ? new LogPlace(row.Step, row.Event, row.Epoch)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
