using System.Collections.Concurrent;
using System.Reflection;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// The tensors that a class of a user's own keeps in fields, such as a primary constructor's argument that a method reads. A mapped copy would go
/// on reading them: a wrong density without an error.
/// </summary>
internal static class TensorFields
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();

    /// <summary>Each field that holds a tensor, and the tensor.</summary>
    /// <param name="owner">The object; one of Ppl's own has none.</param>
    public static IEnumerable<(FieldInfo Field, Tensor Tensor)> Of(object owner)
    {
        foreach (var field in Fields.GetOrAdd(owner.GetType(), Find))
        {
            if (TensorIn(field, owner) is { } tensor) yield return (field, tensor);
        }
    }

    /// <summary>The tensor in a field, or null.</summary>
    public static Tensor? TensorIn(FieldInfo field, object owner) => field.GetValue(owner) switch
    {
        Tensor tensor => tensor,
        TensorOrScalar parameter => parameter.Tensor,
        _ => null,
    };

    /// <summary>The field's name in the source: that of the property or the argument which the compiler made it of.</summary>
    public static string NameOf(FieldInfo field)
        => field.Name is ['<', .. var rest] ? rest[..rest.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static FieldInfo[] Find(Type type)
    {
        var found = new List<FieldInfo>();
        for (var current = type; current is not null && current.Assembly != typeof(Distribution).Assembly; current = current.BaseType)
        {
            found.AddRange(current
                .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(f => f.FieldType == typeof(Tensor) || (Nullable.GetUnderlyingType(f.FieldType) ?? f.FieldType) == typeof(TensorOrScalar)));
        }

        return [.. found];
    }
}
