namespace TorchSharp;

/// <summary>The dispose scopes of the current thread, innermost first, and their statistics.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScope current;
    [ThreadStatic] private static ThreadDisposeScopeStatistics statistics;

    public static ThreadDisposeScopeStatistics Statistics => statistics ??= new ThreadDisposeScopeStatistics();

    internal static DisposeScope Current => current;

    internal static DisposeScope Enter() => current = new DisposeScope(current);

    /// <summary>Takes a scope out of the chain, wherever it is: scopes may be disposed out of order.</summary>
    internal static void Leave(DisposeScope scope)
    {
        if (current == scope)
        {
            current = scope.OuterScope;
            return;
        }
        for (var inner = current; inner != null; inner = inner.OuterScope)
        {
            if (inner.OuterScope == scope) inner.OuterScope = scope.OuterScope;
        }
    }

    /// <summary>Counts a new object and hands it to the current scope, if there is one.</summary>
    internal static void Register(IScoped item, LifetimeStatistics counts)
    {
        var scope = current;
        if (scope == null)
        {
            counts.CreatedOutsideScopeCount++;
            return;
        }
        counts.CreatedInScopeCount++;
        scope.Include(item);
    }
}
