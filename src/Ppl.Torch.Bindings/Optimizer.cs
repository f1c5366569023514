using System;
using System.Collections.Generic;

namespace Ppl.Torch.Bindings;

/// <summary>An entry of the table of optimizers.</summary>
internal sealed class Optimizer
{
    public Optimizer(string name, string? controlled, Rates rates, List<Setting> settings, List<Setting> saved, List<Setting> ofGroup,
        string groupType, (string Parameters, string Rate) namesInFunction, List<Remembered> memory)
    {
        (Name, Controlled, Rates, GroupType, NamesInFunction) = (name, controlled, rates, groupType, namesInFunction);
        (Settings, Saved, OfGroup, Memory) = (settings, saved, ofGroup, memory);
    }

    public string Name { get; }

    /// <summary><c>Betas</c> or <c>Momentum</c>, where schedulers can change them.</summary>
    public string? Controlled { get; }

    public Rates Rates { get; }

    /// <summary>The settings beside the learning rate, in the order of the constructors.</summary>
    public List<Setting> Settings { get; }

    /// <summary>The same settings in the order of a saved state.</summary>
    public List<Setting> Saved { get; }

    /// <summary>Those that the constructor of a ParamGroup takes.</summary>
    public List<Setting> OfGroup { get; }

    /// <summary>The type of the groups that the optimizer takes.</summary>
    public string GroupType { get; }

    /// <summary>What the function of <c>torch.optim</c> calls its first two parameters.</summary>
    public (string Parameters, string Rate) NamesInFunction { get; }

    /// <summary>What a state holds, in the order of a saved one.</summary>
    public List<Remembered> Memory { get; }
}

/// <summary>The learning rate's defaults; <c>-</c> where it must be given.</summary>
internal sealed class Rates
{
    public Rates(List<string> rates) => (ByParameters, ByGroups, OfGroup, InFunction) = (rates[0], rates[1], rates[2], rates[3]);

    public string ByParameters { get; }

    public string ByGroups { get; }

    public string OfGroup { get; }

    public string InFunction { get; }
}

/// <summary>A setting and its default, whose type is the setting's.</summary>
internal sealed class Setting
{
    public Setting(string name, string value) => (Name, Default) = (name, value);

    public string Name { get; }

    public string Default { get; }

    public bool IsFlag => Default is "true" or "false";

    public string Type => IsFlag ? "bool" : "double";
}

/// <summary>A field of a state, and the C# expression of its first value.</summary>
internal sealed class Remembered
{
    public Remembered(string type, string name, string first) => (Type, Name, First) = (type, name, first);

    /// <summary><c>long</c>, <c>double</c>, <c>Tensor</c> or <c>Tensor?</c>, which may be null.</summary>
    public string Type { get; }

    public bool IsTensor => Type.StartsWith("Tensor", StringComparison.Ordinal);

    public string Name { get; }

    public string First { get; }
}
