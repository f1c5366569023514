using System.Collections.Generic;

namespace Ppl.Torch.Bindings;

/// <summary>A line of the table: an operator of libtorch and the C# members that call it.</summary>
internal sealed class Operation
{
    public Operation(string name, string overload, List<Member> members)
    {
        Name = name;
        Overload = overload;
        Members = members;
    }

    /// <summary>The operator's name without its namespace, such as <c>add</c>.</summary>
    public string Name { get; }

    /// <summary>The overload's name, such as <c>Tensor</c>; often empty.</summary>
    public string Overload { get; }

    public List<Member> Members { get; }
}

/// <summary>One or several C# methods with the same parameters in the same class.</summary>
internal sealed class Member
{
    public Member(string returns, string home, List<string> names, List<Parameter> parameters, List<string>? arguments)
    {
        Returns = returns;
        Home = home;
        Names = names;
        Parameters = parameters;
        Arguments = arguments;
    }

    /// <summary>The C# return type; <c>Tensor</c> unless the line says otherwise.</summary>
    public string Returns { get; }

    /// <summary>The class that gets the method, a key of <see cref="Homes"/>.</summary>
    public string Home { get; }

    public List<string> Names { get; }

    public List<Parameter> Parameters { get; }

    /// <summary>C# expressions for the operator's arguments; null where they are simply the parameters in order.</summary>
    public List<string>? Arguments { get; }
}

/// <summary>A parameter of a C# method; <see cref="Declaration"/> is its full text.</summary>
internal sealed class Parameter
{
    public Parameter(string declaration, string type, string name)
    {
        Declaration = declaration;
        Type = type;
        Name = name;
    }

    public string Declaration { get; }

    public string Type { get; }

    public string Name { get; }
}
