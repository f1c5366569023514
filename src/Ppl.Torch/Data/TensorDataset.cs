using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The rows of tensors; example i has row i of each.</summary>
public class TensorDataset : utils.data.IterableDataset
{
    private readonly Tensor[] tensors;

    internal TensorDataset(Tensor[] tensors)
    {
        if (tensors is not { Length: > 0 } || tensors.Any(tensor => tensor.shape[0] != tensors[0].shape[0]))
            throw new ArgumentException("The tensors must have the same number of rows.", nameof(tensors));

        this.tensors = Array.ConvertAll(tensors, tensor => tensor.alias().DetachFromDisposeScope());
    }

    public override long Count => tensors[0].shape[0];

    public IList<Tensor> this[long index] => GetTensor(index);

    public override IList<Tensor> GetTensor(long index) => Array.ConvertAll(tensors, tensor => tensor[index]);

    protected override void Dispose(bool disposing)
    {
        if (disposing) Array.ForEach(tensors, tensor => tensor.Dispose());

        base.Dispose(disposing);
    }
}
