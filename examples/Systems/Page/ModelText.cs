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
