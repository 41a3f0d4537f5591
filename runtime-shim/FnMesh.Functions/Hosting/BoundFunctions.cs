using FnMesh.Functions.Binding;
using Microsoft.Extensions.Configuration;

namespace FnMesh.Functions.Hosting;

/// <summary>The functions of an app, bound once when it starts.</summary>
internal sealed class BoundFunctions
{
    /// <exception cref="AppStartException">A setting is missing or no schedule, a service is not registered, or two functions have one name.</exception>
    public BoundFunctions(
        IReadOnlyList<FunctionRegistration> functions,
        FunctionBinder binder,
        IConfiguration settings,
        IServiceProvider services,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (written, bind) in functions)
        {
            if (!names.Add(written.Name))
            {
                throw new AppStartException($"{written.EntryPoint}: another function has the name '{written.Name}'; give each a name of its own.");
            }

            var execute = middleware.Reverse().Aggregate(bind(binder), (next, wrap) => wrap(next));
            var filled = Fill(written, settings);
            All.Add(new(filled, middleware.Count == 0 ? execute : context => context.RunHeldAsync(execute)));
        }

        if (functions.SelectMany(function => function.Services, (function, service) => (function.Descriptor.Name, Service: service)).Where(needed => !needed.Service.IsRegistered(services)).ToArray() is { Length: > 0 } missing)
        {
            throw new AppStartException(string.Join(Environment.NewLine, missing.Select(needed => needed.Service.Missing(needed.Name))));
        }
    }

    public List<BoundFunction> All { get; } = [];

    /// <summary>What the attributes say, with the settings in it.</summary>
    /// <exception cref="AppStartException">A setting is missing or no schedule.</exception>
    public static FunctionDescriptor Fill(FunctionDescriptor written, IConfiguration settings)
    {
        string? Expand(string? text) => text is null ? null : Settings.Expand(text, settings, written.Name);
        var filled = written with
        {
            Route = Expand(written.Route),
            Schedule = Expand(written.Schedule),
            EventTypes = [.. written.EventTypes.Select(type => Expand(type)!)],
            Source = Expand(written.Source),
        };
        if (filled.Schedule is not null) Schedule.Parse(filled.Schedule, filled.Name);
        return filled;
    }
}
