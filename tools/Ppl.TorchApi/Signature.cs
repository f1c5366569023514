using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ppl.TorchApi;

/// <summary>
/// Members as text: all that a caller can depend on, so the names and defaults of parameters and the names of a tuple's elements too.
/// </summary>
public static class Signature
{
    /// <summary>A type's name with its namespace and type arguments.</summary>
    public static string Of(Type type) => Name(type, new TupleNames(null));

    /// <summary>
    /// What may be said of a member: access, kind, type, name, parameters; and the same with less, without the names of tuples' elements and
    /// without leave to assign.
    /// </summary>
    public static string[] Of(MemberInfo member) => member switch
    {
        ConstructorInfo constructor =>
            [$"{Access(constructor)}new({Parameters(constructor, true)})", $"{Access(constructor)}new({Parameters(constructor, false)})"],
        MethodInfo method => [Method(method, true), Method(method, false)],
        FieldInfo { IsLiteral: true } field =>
        [
            $"{Access(field)}const {Of(field.FieldType)} {field.Name} = {Text(field.GetRawConstantValue())}",
            $"{Access(field)}readable {Of(field.FieldType)} {field.Name}",
        ],
        FieldInfo { IsInitOnly: true } field => [$"{Access(field)}readable {Of(field.FieldType)} {field.Name}"],
        FieldInfo field =>
            [$"{Access(field)}writable {Of(field.FieldType)} {field.Name}", $"{Access(field)}readable {Of(field.FieldType)} {field.Name}"],
        _ => throw new ArgumentException($"{member.MemberType} {member.Name}"),
    };

    /// <summary>What decides between a member and one of a base class: its name and the types of its parameters.</summary>
    public static string Shape(MemberInfo member) => member is MethodBase method
        ? $"{method.Name}`{(method.IsGenericMethod ? method.GetGenericArguments().Length : 0)}"
            + $"({string.Join(", ", method.GetParameters().Select(p => Of(p.ParameterType)))})"
        : member.Name;

    private static string Method(MethodInfo method, bool withTupleNames)
    {
        var type = Name(method.ReturnType, Names(method.ReturnParameter, withTupleNames));
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Constrained))}>" : "";
        return $"{Access(method)}{type} {method.Name}{generic}({Parameters(method, withTupleNames)})";
    }

    private static string Access(MethodBase method) => (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : "");

    private static string Access(FieldInfo field) => (field.IsPublic ? "" : "protected ") + (field.IsStatic ? "static " : "");

    private static string Constrained(Type parameter)
    {
        var constraints = parameter.GetGenericParameterConstraints().Select(Of).Order(StringComparer.Ordinal);
        var special = parameter.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
        return $"{parameter.Name}:{(int)special}:{string.Join("&", constraints)}";
    }

    private static string Parameters(MethodBase method, bool withTupleNames) =>
        string.Join(", ", method.GetParameters().Select(parameter => Parameter(parameter, withTupleNames)));

    private static string Parameter(ParameterInfo parameter, bool withTupleNames)
    {
        var mode = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : parameter.IsIn ? "in " : "";
        return $"{mode}{Name(parameter.ParameterType, Names(parameter, withTupleNames))} {parameter.Name}{Default(parameter)}";
    }

    private static string Default(ParameterInfo parameter)
    {
        if (!parameter.HasDefaultValue) return "";
        try
        {
            return " = " + Text(parameter.RawDefaultValue);
        }
        catch (FormatException)
        {
            return " = default"; // of a type whose values metadata cannot hold
        }
    }

    private static string Text(object? constant) => constant switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(constant, CultureInfo.InvariantCulture)!,
    };

    private static string Name(Type type, TupleNames names)
    {
        if (type.IsByRef) return "ref " + Name(type.GetElementType()!, names);
        if (type.IsPointer) return Name(type.GetElementType()!, names) + "*";
        if (type.IsArray) return $"{Name(type.GetElementType()!, names)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter) return type.Name;
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true && !type.IsGenericTypeDefinition)
        {
            var elements = type.GetGenericArguments();
            var own = names.Take(elements.Length);
            return $"({string.Join(", ", elements.Zip(own, (e, n) => $"{Name(e, names)} {n}"))})";
        }

        var outer = type.DeclaringType is { } declaring ? Open(declaring) + "." : type.Namespace is null ? "" : type.Namespace + ".";
        var plain = outer + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{plain}<{string.Join(", ", type.GetGenericArguments().Select(a => Name(a, names)))}>" : plain;
    }

    private static string Open(Type type) =>
        (type.DeclaringType is { } outer ? Open(outer) + "." : type.Namespace is null ? "" : type.Namespace + ".") + type.Name;

    private static TupleNames Names(ParameterInfo parameter, bool withTupleNames) =>
        new(withTupleNames ? parameter.GetCustomAttribute<TupleElementNamesAttribute>() : null);

    /// <summary>
    /// The names of all tuples within a type, in the order in which the compiler writes them down: a tuple's own, then its elements'.
    /// </summary>
    private sealed class TupleNames(TupleElementNamesAttribute? attribute)
    {
        private int next;

        public List<string?> Take(int count)
        {
            var taken = Enumerable.Range(next, count).Select(i => attribute?.TransformNames.ElementAtOrDefault(i)).ToList();
            next += count;
            return taken;
        }
    }
}
