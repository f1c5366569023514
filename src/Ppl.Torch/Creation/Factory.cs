namespace TorchSharp.Interop;

/// <summary>The operators behind torch.zeros and its neighbours.</summary>
internal static class Factory
{
    internal static readonly Op zeros = new("aten::zeros", "");
    internal static readonly Op ones = new("aten::ones", "");
    internal static readonly Op empty = new("aten::empty", "memory_format");
    internal static readonly Op full = new("aten::full", "");
    internal static readonly Op rand = new("aten::rand", "generator");
    internal static readonly Op randn = new("aten::randn", "generator");
    internal static readonly Op randint = new("aten::randint", "low_generator");
    internal static readonly Op randperm = new("aten::randperm", "generator");
    internal static readonly Op arange = new("aten::arange", "start_step");
    internal static readonly Op linspace = new("aten::linspace", "");
    internal static readonly Op logspace = new("aten::logspace", "");
    internal static readonly Op eye = new("aten::eye", "m");
    internal static readonly Op empty_strided = new("aten::empty_strided", "");
    internal static readonly Op zeros_like = new("aten::zeros_like", "");
    internal static readonly Op ones_like = new("aten::ones_like", "");
    internal static readonly Op empty_like = new("aten::empty_like", "");
    internal static readonly Op full_like = new("aten::full_like", "");
    internal static readonly Op rand_like = new("aten::rand_like", "");
    internal static readonly Op randn_like = new("aten::randn_like", "");
    internal static readonly Op randint_like = new("aten::randint_like", "low_dtype");
}
