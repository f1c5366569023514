namespace TorchSharp;

/// <summary>What a dispose scope keeps for each of its members: the owner and the place in its list.</summary>
internal interface IScoped : IDisposable
{
    DisposeScope OwningDisposeScope { get; set; }

    int ScopeIndex { get; set; }

    LifetimeStatistics Statistics { get; }
}
