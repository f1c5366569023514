using System.Reflection;

namespace Ppl.TorchApi;

/// <summary>
/// What an assembly shows: for each visible type the claims that a caller can rely on, as sentences. One assembly stays inside another when
/// each of its claims is one of the other's.
/// </summary>
public sealed class Surface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private const string Overridable = " can be overridden";

    private readonly HashSet<Type> types;
    private readonly Dictionary<Type, List<Member>> members = [];

    /// <summary>The visible types of an assembly.</summary>
    /// <param name="assembly">The assembly; types that need assemblies that are not there are left out.</param>
    public Surface(Assembly assembly)
        : this(Loadable(assembly).Where(t => t.IsVisible))
    {
    }

    /// <summary>Some types, as if they were an assembly's.</summary>
    public Surface(IEnumerable<Type> types) => this.types = [.. types];

    /// <summary>Everything that the types show, for the list.</summary>
    public IEnumerable<string> Claims() => types.SelectMany(type => Kinds(type)
        .Concat(
            from member in Members(type)
            from text in member.Texts
            from ending in member.Endings
            select Sentence(type, text) + ending)
        .Concat(
            from member in Inherited(type)
            from text in member.Texts
            where Nearer(type, member).Any(nearer => !nearer.Texts.Contains(text))
            select Hides(type, text, member.Owner)));

    /// <summary>What the types show and a list does not have.</summary>
    /// <param name="isListed">Whether the list has a claim.</param>
    public IEnumerable<string> Missing(Func<string, bool> isListed) => types.SelectMany(type => Missing(type, isListed));

    private IEnumerable<string> Missing(Type type, Func<string, bool> isListed)
    {
        if (!isListed(Kind(type))) return [Kind(type)];
        var own =
            from member in Members(type)
            from ending in member.Endings
            where !isListed(Sentence(type, member.Text) + ending) && !IsShownByABase(type, member, ending, isListed)
            select Sentence(type, member.Text) + ending;
        var inherited = Inherited(type)
            .Where(member => !Nearer(type, member).Any() && !IsInherited(type, member, isListed))
            .Select(member => $"{Signature.Of(type)} inherits {Sentence(member.Owner, member.Text)}");
        return Kinds(type).Where(kind => !isListed(kind)).Concat(own).Concat(inherited);
    }

    // Declared here, and there only by a base class, in the same words: a caller sees no difference.
    private bool IsShownByABase(Type type, Member member, string ending, Func<string, bool> isListed) => member.IsInheritable
        && Bases(type).Any(b => isListed(Is(type, b)) && isListed(Sentence(b, member.Text) + ending) && !isListed(Hides(type, member.Text, b)));

    // Shown there by the same base class, or declared anew by one between, in the same words.
    private bool IsInherited(Type type, Member member, Func<string, bool> isListed)
    {
        var between = Bases(type).Prepend(type).TakeWhile(step => step != member.Owner);
        return between.Any(step => isListed(Sentence(step, member.Text)) && (step == type || isListed(Is(type, step))))
            || (isListed(Is(type, member.Owner)) && isListed(Sentence(member.Owner, member.Text))
                && !isListed(Hides(type, member.Text, member.Owner)));
    }

    private static IEnumerable<string> Kinds(Type type)
    {
        yield return Kind(type);
        if (type is { IsClass: true, IsSealed: false } && type.GetConstructors(Declared).Any(IsShown))
            yield return $"{Signature.Of(type)} can be derived from";
        if (type is { IsClass: true, IsAbstract: false }) yield return $"{Signature.Of(type)} is not abstract";
        for (var step = type.BaseType; step is not null && step != typeof(object) && step != typeof(ValueType); step = step.BaseType)
            yield return Is(type, step);
        foreach (var contract in type.GetInterfaces().Where(i => i.IsVisible)) yield return Is(type, contract);
    }

    private static string Kind(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type is { IsAbstract: true, IsSealed: true } ? "static class" : "class";
        return $"{kind} {Signature.Of(type)}";
    }

    private static string Is(Type type, Type ancestor) => $"{Signature.Of(type)} is {Signature.Of(Definition(ancestor))}";

    private static string Sentence(Type type, string member) => $"{Signature.Of(type)}: {member}";

    private static string Hides(Type type, string member, Type ancestor) => $"{Signature.Of(type)} hides {Sentence(ancestor, member)}";

    /// <summary>What nearer classes declare with the same name and the same types of parameters.</summary>
    private IEnumerable<Member> Nearer(Type type, Member member) => Bases(type).Prepend(type).TakeWhile(step => step != member.Owner)
        .SelectMany(Members).Where(nearer => nearer.Shape == member.Shape);

    /// <summary>What the base classes of the same assembly declare, apart from constructors and statics, which belong to their own class.</summary>
    private IEnumerable<Member> Inherited(Type type) => Bases(type).SelectMany(Members).Where(member => member.IsInheritable);

    private IEnumerable<Type> Bases(Type type)
    {
        for (var step = type.BaseType; step is not null; step = step.BaseType)
        {
            if (types.Contains(Definition(step))) yield return Definition(step);
        }
    }

    private List<Member> Members(Type type)
    {
        if (!members.TryGetValue(type, out var found)) members[type] = found = [.. Shown(type).Select(member => new Member(type, member))];
        return found;
    }

    private static IEnumerable<MemberInfo> Shown(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type)) return type.GetMethods(Declared).Where(method => method.Name == "Invoke");
        if (type.IsEnum) return type.GetFields(BindingFlags.Public | BindingFlags.Static);
        IEnumerable<MemberInfo> constructors = type.GetConstructors(Declared).Where(IsShown);

        // Overrides of object's own members change nothing for a caller.
        var methods = type.GetMethods(Declared).Where(method => IsShown(method) && method.GetBaseDefinition().DeclaringType != typeof(object));
        var fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly);
        return constructors.Concat(methods).Concat(fields);
    }

    private static bool IsShown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static IEnumerable<Type> Loadable(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException fault)
        {
            return fault.Types.OfType<Type>();
        }
    }

    /// <summary>A member of a type, with its texts.</summary>
    private sealed class Member(Type owner, MemberInfo info)
    {
        public Type Owner => owner;

        /// <summary>All that the member is good for.</summary>
        public string Text => Texts[0];

        /// <summary>That, and what it is good for as well.</summary>
        public string[] Texts { get; } = Signature.Of(info);

        /// <summary>What decides between a member and one of a base class.</summary>
        public string Shape { get; } = Signature.Shape(info);

        public bool IsInheritable { get; } = info is not ConstructorInfo and not MethodBase { IsStatic: true } and not FieldInfo { IsStatic: true };

        public string[] Endings { get; } =
            info is MethodInfo { IsVirtual: true, IsFinal: false } && owner is { IsSealed: false, IsInterface: false } ? ["", Overridable] : [""];
    }
}
