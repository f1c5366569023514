namespace Ppl.Generators.Frontend;

/// <summary>
/// What the compiler knows of TorchSharp's operations, as data: members of types in the namespace TorchSharp, by name, whichever of Tensor, torch or
/// functional they stand in. In-place versions, which end in <c>_</c>, are not listed again. A test asks the library itself whether each entry
/// is true, and whether an operation without arguments is missing.
/// </summary>
internal static class TorchOperations
{
    /// <summary>Operations that pass no gradient because that is what they are for.</summary>
    public static readonly HashSet<string> Detaching = ["detach"];

    /// <summary>
    /// Operations whose results are integers or Booleans, or that are constant but for jumps: no gradient, or one that is zero everywhere.
    /// </summary>
    public static readonly HashSet<string> Flat =
    [
        // jumps
        "ceil", "fix", "floor", "floor_divide", "heaviside", "nextafter", "round", "sgn", "sign", "trunc",

        // positions and counts
        "argmax", "argmin", "argsort", "argwhere", "bincount", "bucketize", "count_nonzero", "histc", "histogram", "matrix_rank", "nonzero",
        "nonzero_as_list", "one_hot", "searchsorted", "unique", "unique_consecutive",

        // comparisons and logic
        "all", "allclose", "any", "bitwise_and", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor", "eq",
        "equal",
        "ge", "greater", "greater_equal", "gt", "is_nonzero", "isclose", "isfinite", "isin", "isinf", "isnan", "isneginf", "isposinf", "isreal",
        "le", "less",
        "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "lt", "ne", "not_equal", "signbit",

        // whole numbers
        "BoolTensor", "ByteTensor", "IntTensor", "LongTensor", "ShortTensor", "bool", "byte", "char", "gcd", "int", "int_repr", "lcm", "long",
        "short",

        // the sign of a real number, and functions that libtorch has no derivative of
        "airy_ai", "angle", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1", "is_neg", "modified_bessel_i0", "modified_bessel_i1",
        "modified_bessel_k0",
        "modified_bessel_k1", "scaled_modified_bessel_k0", "scaled_modified_bessel_k1", "spherical_bessel_j0",

        // values outside the graph
        "ToScalar", "bytes", "data", "item", "tolist",
    ];

    /// <summary>Conversions whose result depends on the type that is asked for.</summary>
    public static readonly HashSet<string> Conversions = ["to", "to_type", "type"];

    /// <summary>The types that no gradient passes, without regard to case: members of ScalarType, and their names in torch.</summary>
    public static readonly HashSet<string> WholeTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "bool", "byte", "char", "int", "int16", "int32", "int64", "int8", "long", "short", "uint8",
    };

    /// <summary>Members that ask how a tensor is laid out and never what is in it.</summary>
    public static readonly HashSet<string> Layout =
    [
        "Dimensions", "ElementSize", "Handle", "IsInvalid", "NumberOfElements", "device", "device_index", "device_type", "dim", "dtype",
        "element_size",
        "empty_like", "full_like", "is_complex", "is_contiguous", "is_cpu", "is_cuda", "is_floating_point", "is_integral", "is_leaf", "is_meta",
        "is_quantized", "is_sparse", "ndim", "new_empty", "new_full", "new_ones", "new_zeros", "numel", "ones_like", "rand_like",
        "randint_like", "randn_like", "requires_grad", "shape", "size", "storage_offset", "stride", "zeros_like",
    ];

    /// <summary>Operations that take only the layout of their tensor arguments, and the values of what they are called on.</summary>
    public static readonly HashSet<string> LayoutOfArguments = ["expand_as", "type_as", "view_as"];

    /// <summary>Positions that come with the values of a maximum, a sort and the like.</summary>
    public static readonly HashSet<string> Positions = ["indexes", "indices"];

    /// <summary>Operations that draw random numbers.</summary>
    public static readonly HashSet<string> Random =
    [
        "bernoulli", "binomial", "cauchy_", "exponential_", "geometric_", "log_normal_", "multinomial", "normal", "normal_", "poisson", "rand",
        "rand_float",
        "rand_like", "rand_out", "randint", "randint_bool", "randint_int", "randint_like", "randint_long", "randint_out", "randn", "randn_float",
        "randn_like", "randn_out", "random_", "randperm", "randperm_out", "uniform_", "bernoulli_", "_sample_dirichlet", "_standard_gamma",

        // initial values
        "glorot_normal_", "glorot_uniform_", "kaiming_normal_", "kaiming_uniform_", "orthogonal_", "sparse_", "trunc_normal_", "xavier_normal_",
        "xavier_uniform_",
    ];

    /// <summary>Draws from a distribution: TorchSharp's and Ppl's own, in lower case.</summary>
    public static readonly HashSet<string> Draws = ["rsample", "sample"];

    /// <summary>Types, with their namespaces, all of whose members draw random numbers.</summary>
    public static readonly HashSet<string> RandomTypes = ["System.Random", "System.Security.Cryptography.RandomNumberGenerator"];

    /// <summary>Operations that set or use up a generator that others draw from.</summary>
    public static readonly HashSet<string> Seeding = ["manual_seed", "seed", "set_rng_state"];

    /// <summary>Switches of a whole thread's gradients.</summary>
    public static readonly HashSet<string> GradientModes = ["enable_grad", "inference_mode", "no_grad", "set_grad_enabled"];
}
