using Ppl.Inference.Checkpoints;

namespace Ppl.Inference;

/// <summary>The parameters that are frozen, by name, each until a number of steps or until it is told.</summary>
internal sealed class FrozenParameters
{
    private readonly SortedDictionary<string, long?> until = new(StringComparer.Ordinal);

    // What was asked before there were encoders.
    private readonly List<Action<IReadOnlyList<NamedParameter>>> pending = [];

    /// <summary>Counts the changes.</summary>
    public int Version { get; private set; }

    /// <summary>For a checkpoint.</summary>
    public IReadOnlyList<FrozenEntry> Entries => [.. until.Select(entry => new FrozenEntry(entry.Key, entry.Value))];

    public bool Contains(NamedParameter parameter) => until.ContainsKey(parameter.FullName);

    /// <summary>Freezes a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="end">The number of steps at which it is trained again, or null.</param>
    /// <param name="parameters">All parameters; null where they are not known yet.</param>
    public void Freeze(ParameterSet set, long? end, IReadOnlyList<NamedParameter>? parameters) => Apply(parameters, all =>
    {
        foreach (var parameter in set.Of(all, nameof(Svi.Freeze))) until[parameter.FullName] = end;
    });

    /// <summary>Trains a set again.</summary>
    public void Unfreeze(ParameterSet set, IReadOnlyList<NamedParameter>? parameters) => Apply(parameters, all =>
    {
        foreach (var parameter in set.Of(all, nameof(Svi.Unfreeze))) until.Remove(parameter.FullName);
    });

    /// <summary>Does what was asked before the parameters were known.</summary>
    public void Resolve(IReadOnlyList<NamedParameter> parameters)
    {
        while (pending.Count > 0)
        {
            // Who has been told that there is no such parameter asks again with another name.
            var act = pending[0];
            pending.RemoveAt(0);
            act(parameters);
            Version++;
        }
    }

    /// <summary>Ends what ends at a number of steps.</summary>
    public void Expire(long step)
    {
        var over = until.Where(entry => entry.Value <= step).Select(entry => entry.Key).ToList();
        foreach (var name in over) until.Remove(name);
        if (over.Count > 0) Version++;
    }

    /// <summary>Takes what a checkpoint has, in place of everything.</summary>
    public void Load(IReadOnlyList<FrozenEntry> entries)
    {
        pending.Clear();
        until.Clear();
        foreach (var entry in entries) until[entry.Name] = entry.Until;
        Version++;
    }

    private void Apply(IReadOnlyList<NamedParameter>? parameters, Action<IReadOnlyList<NamedParameter>> act)
    {
        if (parameters is null)
        {
            pending.Add(act);
            return;
        }

        act(parameters);
        Version++;
    }
}
