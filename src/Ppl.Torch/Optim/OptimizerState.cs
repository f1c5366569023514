using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The settings of a group of parameters. What is not set takes the optimizer's own setting.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double InitialLearningRate { get; set; }

    public virtual void SaveStateDict(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(InitialLearningRate);
        writer.Write(LearningRate.Value);
        Walk(new Write(writer));
    }

    public virtual void LoadStateDict(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var (initial, current) = (reader.ReadDouble(), reader.ReadDouble());
        var read = new Read(reader, null);
        Walk(read);
        Walk(new Assign(read.Values, null));
        (InitialLearningRate, LearningRate) = (initial, current);
    }

    public virtual void LoadStateDict(OptimizerOptions source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.GetType() != GetType())
            throw new ArgumentException($"The state is of {source.GetType()}, not of {GetType()}.", nameof(source));

        Walk(new Assign(source.Values(), null));
        (InitialLearningRate, LearningRate) = (source.InitialLearningRate, source.LearningRate);
    }

    internal virtual void Walk(Fields fields)
    {
    }

    internal List<object> Values()
    {
        var gather = new Gather();
        Walk(gather);
        return gather.Values;
    }
}

/// <summary>What an optimizer remembers of a parameter between its steps.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter)
    {
        _parameter = parameter;
    }

    public abstract void Initialize(OptimizerOptions options);

    public virtual void SaveStateDict(BinaryWriter writer) => Walk(new Write(writer));

    public virtual void LoadStateDict(BinaryReader reader)
    {
        using var scope = NewDisposeScope();
        var read = new Read(reader, _parameter);
        Walk(read);
        Walk(new Assign(read.Values, _parameter.device));
    }

    public virtual void LoadStateDict(OptimizerState source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.GetType() != GetType())
            throw new ArgumentException($"The state is of {source.GetType()}, not of {GetType()}.", nameof(source));

        Walk(new Assign(source.Values(), _parameter.device));
    }

    public virtual void to(Device device) => Walk(new Assign(Values(), device));

    public virtual bool ApproximatelyEquals(OptimizerState other) =>
        other is not null && other.GetType() == GetType() && Values().Zip(other.Values()).All(pair => (pair.First, pair.Second) switch
        {
            (Tensor left, Tensor right) => left.allclose(right),
            var (left, right) => Equals(left, right),
        });

    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor tensor) => new Write(writer).Optional(ref tensor);

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor result, Device device)
    {
        ArgumentNullException.ThrowIfNull(reader);
        using var scope = NewDisposeScope();
        List<object> values = [reader.ReadBoolean() ? StateFile.ReadTensor(reader, "The optimizer's state") : null];
        new Assign(values, device).Optional(ref result);
    }

    internal virtual void Walk(Fields fields)
    {
    }

    internal List<object> Values()
    {
        var gather = new Gather();
        Walk(gather);
        return gather.Values;
    }

    /// <summary>Fills a tensor of the parameter's shape that stays until the optimizer ends; null leaves none.</summary>
    private protected void Start(ref Tensor tensor, double? value)
    {
        using var noGrad = no_grad();
        tensor?.Dispose();
        tensor = value is { } first ? full_like(_parameter, first).DetachFromDisposeScope() : null;
    }
}
