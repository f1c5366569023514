namespace Ppl;

/// <summary>The base of the faults that Ppl finds at run time. The message begins with the site's name where there is one.</summary>
public abstract class PplException : Exception
{
    private protected PplException(string? site, string message, Exception? inner)
        : base(site is null ? message : $"{site}: {message}", inner) => Site = site;

    /// <summary>The site, or null where the fault belongs to none.</summary>
    public string? Site { get; }
}

/// <summary>Shapes disagree: of a value and its distribution, of parameters, of a batch.</summary>
public sealed class PplShapeException : PplException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Both shapes, and what to write instead.</param>
    /// <param name="site">The site, or null.</param>
    /// <param name="inner">The fault underneath, such as libtorch's, or null.</param>
    public PplShapeException(string message, string? site = null, Exception? inner = null) : base(site, message, inner)
    {
    }
}

/// <summary>A value outside its distribution's support.</summary>
public sealed class PplSupportException : PplException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The rule, the first bad value and its index, and what to do.</param>
    /// <param name="site">The site, or null.</param>
    /// <param name="inner">The fault underneath, such as libtorch's, or null.</param>
    public PplSupportException(string message, string? site = null, Exception? inner = null) : base(site, message, inner)
    {
    }
}

/// <summary>An argument or a distribution's parameter breaks its rule.</summary>
public sealed class PplArgumentException : PplException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">The parameter, the rule, and the first bad value and its index where there is one.</param>
    /// <param name="site">The site, or null.</param>
    /// <param name="inner">The fault underneath, such as libtorch's, or null.</param>
    public PplArgumentException(string message, string? site = null, Exception? inner = null) : base(site, message, inner)
    {
    }
}

/// <summary>A NaN or an infinity in a value, a parameter or a term.</summary>
public sealed class NonFiniteException : PplException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which tensor, the first bad value and its index.</param>
    /// <param name="site">The site, or null.</param>
    /// <param name="inner">The fault underneath, such as libtorch's, or null.</param>
    public NonFiniteException(string message, string? site = null, Exception? inner = null) : base(site, message, inner)
    {
    }
}
