using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The base of the optimizers that keep their groups and states here.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    protected OptimizerOptions _defaults;
    protected OrderedDict<IntPtr, OptimizerState> _state = new();

    public OptimizerHelper()
    {
        _parameter_groups = [];
    }

    private IEnumerable<(ParamGroup Group, Parameter Parameter)> Members =>
        _parameter_groups.SelectMany(group => group.Parameters.Select(parameter => (group, parameter)));

    public override IEnumerable<Parameter> parameters() => base.parameters();

    public override void zero_grad() => base.zero_grad();

    public override void add_param_group(ParamGroup param_group)
    {
        ArgumentNullException.ThrowIfNull(param_group);
        if (_defaults is not null)
        {
            param_group.Options ??= NewOptions();
            param_group.Options.LearningRate ??= _defaults.LearningRate;
            param_group.Options.Walk(new FillMissing(_defaults.Values()));
            if (param_group.Options.LearningRate < 0)
                throw new ArgumentException($"{GetType().Name}'s learning rate is {param_group.Options.LearningRate}; it must be 0 or more.");
            param_group.Options.InitialLearningRate = param_group.Options.LearningRate.Value;
        }

        // A module's parameters are walked once, not at every step.
        param_group.Parameters = param_group.Parameters.ToList();
        _parameter_groups.Add(param_group);
        foreach (var parameter in param_group.Parameters)
        {
            if (NewState(parameter) is { } state)
            {
                state.Initialize(param_group.Options);
                _state[parameter.Handle] = state;
            }
        }
    }

    public void to(Device device)
    {
        foreach (var (_, state) in _state) state.to(device);
    }

    public virtual optim.Optimizer.StateDictionary state_dict()
    {
        var result = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            var indices = new List<int>();
            foreach (var parameter in group.Parameters)
            {
                indices.Add(result.State.Count);
                result.State.Add(_state[parameter.Handle]);
            }

            result.Options.Add(group.Options);
            result.StateIndexRef.Add(indices);
        }

        return result;
    }

    public virtual void load_state_dict(optim.Optimizer.StateDictionary state_dict)
    {
        ArgumentNullException.ThrowIfNull(state_dict);
        var own = this.state_dict();
        RequireCounts(own, state_dict.Options.Count, state_dict.State.Count);
        foreach (var (target, source) in own.Options.Zip(state_dict.Options).Where(pair => pair.First != pair.Second))
            target.LoadStateDict(source);

        foreach (var (target, source) in own.State.Zip(state_dict.State).Where(pair => pair.First != pair.Second))
            target.LoadStateDict(source);
    }

    public void save_state_dict(string location) => StateFile.Replace(location, save_state_dict);

    public void save_state_dict(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var own = state_dict();
        writer.Write(GetType().Name);
        writer.Encode(own.Options.Count);
        writer.Encode(own.State.Count);
        own.Options.ForEach(options => options.SaveStateDict(writer));
        own.State.ForEach(state => state.SaveStateDict(writer));
    }

    public void load_state_dict(string location)
    {
        using var reader = new BinaryReader(File.OpenRead(location));
        load_state_dict(reader);
    }

    /// <summary>Loads what <c>save_state_dict</c> wrote. A fault leaves the optimizer as it was.</summary>
    /// <exception cref="InvalidDataException">The file is another optimizer's, or no optimizer's.</exception>
    /// <exception cref="EndOfStreamException">The file is truncated.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            ReadState(reader);
        }
        catch (EndOfStreamException e)
        {
            throw new EndOfStreamException($"The file ends within the state of {GetType().Name}.", e);
        }
    }

    private void ReadState(BinaryReader reader)
    {
        var name = StateFile.ReadName(reader, "the optimizer");
        if (name != GetType().Name)
            throw new InvalidDataException($"The file is the state of '{name}', not of {GetType().Name}.");

        var own = state_dict();
        RequireCounts(own, reader.Decode(), reader.Decode());
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var rates = own.Options.ConvertAll(o => (o.InitialLearningRate, o.LearningRate));
        var options = own.Options.ConvertAll(o => o.Values());
        var states = own.State.ConvertAll(s => s.Values().ConvertAll(v => v is Tensor t ? t.clone() : v));
        try
        {
            own.Options.ForEach(o => o.LoadStateDict(reader));
            own.State.ForEach(s => s.LoadStateDict(reader));
        }
        catch
        {
            for (var i = 0; i < options.Count; i++)
            {
                own.Options[i].Walk(new Assign(options[i], null));
                (own.Options[i].InitialLearningRate, own.Options[i].LearningRate) = rates[i];
            }

            foreach (var (values, (_, parameter), state) in states.Zip(Members, own.State))
                state.Walk(new Assign(values, parameter.device));

            throw;
        }
    }

    protected Tensor _step<T>(Action<T> body, Func<Tensor> loss_closure = null) where T : ParamGroup
    {
        Tensor loss = null;
        if (loss_closure is not null)
        {
            using var grad = enable_grad();
            loss = loss_closure();
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _parameter_groups) body((T)group);

        return loss;
    }

    internal override void Release()
    {
        foreach (var (_, state) in _state) state.Walk(new Release());

        _state.Clear();
    }

    internal virtual OptimizerOptions NewOptions() => new();

    internal virtual OptimizerState NewState(Parameter parameter) => null;

    /// <summary>Starts an optimizer: its own settings, then its groups.</summary>
    internal void Start(OptimizerOptions defaults, IEnumerable<ParamGroup> groups)
    {
        defaults.InitialLearningRate = defaults.LearningRate.Value;
        _defaults = defaults;
        foreach (var group in groups) add_param_group(group);
    }

    /// <summary>Each parameter that has a gradient, with its state. What a step makes is gone before the next one's.</summary>
    private protected IEnumerable<(Parameter Parameter, Tensor Gradient, OptimizerState State)> WithGradients(ParamGroup group)
    {
        foreach (var parameter in group.Parameters)
        {
            using var scope = NewDisposeScope();
            var gradient = parameter.grad;
            if (gradient is not null) yield return (parameter, gradient, _state[parameter.Handle]);
        }
    }

    /// <summary>The gradient to go down: turned for a maximum, and with the penalty's share (λ/2) |p|².</summary>
    private protected static Tensor Descent(Tensor gradient, Parameter parameter, bool maximize, double weight_decay)
    {
        var down = maximize ? gradient.neg() : gradient;
        return weight_decay == 0 ? down : down.add(parameter, alpha: weight_decay);
    }

    private void RequireCounts(StateDictionary own, long options, long states)
    {
        if (options != own.Options.Count || states != own.State.Count)
        {
            throw new ArgumentException(
                $"The state has {options} groups and {states} parameters, "
                + $"this {GetType().Name} has {own.Options.Count} and {own.State.Count}.");
        }
    }
}
