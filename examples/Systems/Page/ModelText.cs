using System.Reflection;

namespace Ppl.Examples.Systems;

/// <summary>Where a type stands among the examples, and a model's generative method as it stands there: the sources are in the program.</summary>
public static class ModelText
{
    private const string Attribute = "\n    [Model";
    private const string End = "\n    }\n";
    private const int Indentation = 4;

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Sources = new(Read);

    /// <summary>The file that declares a type, below <c>examples</c>.</summary>
    /// <param name="type">A type of this program.</param>
    /// <exception cref="ArgumentException">No source declares it.</exception>
    public static string FileOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return Sources.Value.FirstOrDefault(source => source.Value.Contains(Declaration(type), StringComparison.Ordinal)).Key
            ?? throw new ArgumentException($"No source of the examples declares {type.Name}.", nameof(type));
    }

    /// <summary>A model's generative method, with its attribute.</summary>
    /// <param name="model">A model of this program.</param>
    /// <exception cref="ArgumentException">No source declares it, or it has no such method.</exception>
    public static string Of(Type model)
    {
        var source = Sources.Value[FileOf(model)];
        var begin = source.IndexOf(Attribute, source.IndexOf(Declaration(model), StringComparison.Ordinal), StringComparison.Ordinal) + 1;
        if (begin == 0) throw new ArgumentException($"{model.Name} has no method marked [Model].", nameof(model));
        var end = source.IndexOf(End, begin, StringComparison.Ordinal) + End.Length - 1;
        return string.Join('\n', source[begin..end].Split('\n').Select(line => line.Length == 0 ? line : line[Indentation..]));
    }

    /// <summary>The calls of a method in the files beside a program, each once, without those that only measure.</summary>
    /// <param name="program">The program.</param>
    /// <param name="call">What they begin with, as <c>CreateGuide(</c>.</param>
    public static IReadOnlyList<string> Calls(Type program, string call)
    {
        var folder = FileOf(program)[..(FileOf(program).LastIndexOf('/') + 1)];
        return [.. Sources.Value
            .Where(source => source.Key.StartsWith(folder, StringComparison.Ordinal))
            .OrderBy(source => source.Key, StringComparer.Ordinal)
            .SelectMany(source => source.Value.Split('\n'))
            .Where(line => !line.Contains("Evaluate", StringComparison.Ordinal) && !line.TrimStart().StartsWith('/'))
            .SelectMany(line => CallsIn(line, call)).Distinct()];
    }

    // With the name that the call begins with, and to the parenthesis that closes it on its line.
    private static IEnumerable<string> CallsIn(string line, string call)
    {
        for (var at = line.IndexOf(call, StringComparison.Ordinal); at >= 0; at = line.IndexOf(call, at + 1, StringComparison.Ordinal))
        {
            var (end, open) = (line.IndexOf('(', at), 0);
            for (; end >= 0 && end < line.Length; end++)
            {
                open += line[end] switch { '(' => 1, ')' => -1, _ => 0 };
                if (open == 0) break;
            }

            if (end > 0 && end < line.Length) yield return line[at..(end + 1)];
        }
    }

    private static string Declaration(Type type) => $" class {type.Name}{(type.IsAbstract && type.IsSealed ? "\n" : " :")}";

    private static Dictionary<string, string> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.EndsWith(".cs", StringComparison.Ordinal)).ToDictionary(
            name => name.Replace('\\', '/'),
            name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return reader.ReadToEnd().ReplaceLineEndings("\n");
            });
    }
}
