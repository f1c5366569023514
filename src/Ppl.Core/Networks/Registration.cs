using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>
/// Finds modules and parameters in fields that nobody registered, and that would silently not be trained, moved or saved. A guide is nobody's
/// part: an engine trains it beside its model.
/// </summary>
internal static class Registration
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Checks the fields of a module's submodules, and its own.</summary>
    /// <param name="root">The module.</param>
    /// <param name="ownFields">Whether to look at its own fields; a guide refers to a model that is not a part of it.</param>
    /// <exception cref="PplArgumentException">The message names the field and says what registers it.</exception>
    public static void Check(nn.Module root, bool ownFields = true)
    {
        var modules = root.modules().Prepend(root).ToHashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        var parameters = root.parameters().ToHashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var module in modules)
        {
            if (ReferenceEquals(module, root) && !ownFields) continue;
            foreach (var field in UserFields(module.GetType()))
            {
                var value = field.GetValue(module);
                if (Unregistered(value) is { } found) throw Refusal(module, field, found, value);
            }
        }

        object? Unregistered(object? value) => value switch
        {
            Guide => null,
            nn.Module module => !modules.Contains(module) && !TrainingMode.IsFrozen(module) ? module : null,
            Parameter parameter => parameter.requires_grad && !parameters.Contains(parameter) ? parameter : null,
            Tensor or string => null,
            ITuple tuple => Elements(Enumerable.Range(0, tuple.Length).Select(i => tuple[i])),
            IDictionary pairs => Elements(pairs.Values),
            IEnumerable several when HoldsComponents(several.GetType()) => Elements(several),
            _ => null,
        };

        object? Elements(IEnumerable several) => several.Cast<object?>().Select(Unregistered).FirstOrDefault(found => found is not null);
    }

    /// <summary>The fields of the classes that users write: those of the library and of torch register what they hold.</summary>
    private static IEnumerable<FieldInfo> UserFields(Type type)
    {
        for (var level = type; level is not null && !IsOurs(level.Assembly); level = level.BaseType)
        {
            foreach (var field in level.GetFields(Declared)) yield return field;
        }
    }

    private static bool IsOurs(Assembly assembly) => assembly == typeof(nn.Module).Assembly || assembly == typeof(Registration).Assembly;

    /// <summary>Arrays, lists and the like of modules or parameters; a lazy sequence might compute, and is left alone.</summary>
    private static bool HoldsComponents(Type type) => type.GetInterfaces()
        .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>))
        .Select(i => i.GetGenericArguments()[0])
        .Any(element => typeof(nn.Module).IsAssignableFrom(element) || typeof(Tensor).IsAssignableFrom(element)
            || typeof(ITuple).IsAssignableFrom(element) || typeof(IEnumerable).IsAssignableFrom(element) || element == typeof(object));

    private static PplArgumentException Refusal(nn.Module owner, FieldInfo field, object found, object? value)
    {
        var kind = found is nn.Module ? "module" : "parameter";
        var type = found.GetType().Name.Split('`')[0];
        var remedy = ReferenceEquals(found, value)
            ? "Call RegisterComponents() at the end of the constructor."
            : $"RegisterComponents() does not look into collections: hold a {(found is nn.Module ? "ModuleList or a ModuleDict" : "ParameterList")}.";
        return new PplArgumentException(
            $"the {kind} {type} in field '{FieldName(field)}' of {owner.GetType().Name} is not registered: it would not be trained, moved or "
            + $"saved. {remedy} To keep it out on purpose, set requires_grad of its parameters to false.");
    }

    /// <summary>The property's name for the field that the compiler made for it, and the parameter's for a primary constructor's.</summary>
    private static string FieldName(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? field.Name[1..end] : field.Name;
}
