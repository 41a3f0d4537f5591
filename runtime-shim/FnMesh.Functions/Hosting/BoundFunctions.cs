using FnMesh.Functions.Binding;
using Microsoft.Extensions.Configuration;

namespace FnMesh.Functions.Hosting;

/// <summary>The functions of an app, bound once when it starts.</summary>
internal sealed class BoundFunctions
{
    /// <exception cref="InvalidOperationException">A setting is missing, or two functions have one name.</exception>
    public BoundFunctions(
        IReadOnlyList<FunctionRegistration> functions,
        FunctionBinder binder,
        IConfiguration settings,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (written, bind) in functions)
        {
            if (!names.Add(written.Name))
            {
                throw new InvalidOperationException($"{written.EntryPoint}: another function has the name '{written.Name}'; give each a name of its own.");
            }

            All.Add(new(Fill(written, settings), middleware.Reverse().Aggregate(bind(binder), (next, wrap) => wrap(next))));
        }
    }

    public List<BoundFunction> All { get; } = [];

    private static FunctionDescriptor Fill(FunctionDescriptor written, IConfiguration settings)
    {
        string? Expand(string? text) => text is null ? null : Settings.Expand(text, settings, written.Name);
        return written with
        {
            Route = Expand(written.Route),
            Schedule = Expand(written.Schedule),
            EventTypes = [.. written.EventTypes.Select(type => Expand(type)!)],
            Source = Expand(written.Source),
        };
    }
}
