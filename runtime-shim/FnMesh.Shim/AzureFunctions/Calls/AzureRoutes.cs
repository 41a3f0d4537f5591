using FnMesh.Shim.AzureFunctions.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>Which function a request is for, by the templates of ASP.NET Core: the more exact one wins, letters are the same in either case.</summary>
internal sealed class AzureRoutes
{
    private readonly Entry[] _entries;

    /// <param name="functions">All functions of the app.</param>
    public AzureRoutes(IEnumerable<IndexedFunction> functions)
    {
        using var services = new ServiceCollection().AddLogging().AddRoutingCore().BuildServiceProvider();
        var constraints = new DefaultInlineConstraintResolver(services.GetRequiredService<IOptions<RouteOptions>>(), services);
        _entries =
        [
            .. from function in functions
               where !function.IsDisabled
               let http = function.Trigger as HttpCallTrigger
               where http is not null
               let template = new RouteTemplate(RoutePatternFactory.Parse(http.Route))
               orderby RoutePrecedence.ComputeInbound(template)
               select new Entry(function, http, new TemplateMatcher(template, Defaults(template)), Constraints(template, constraints)),
        ];
    }

    /// <param name="method">In upper case.</param>
    /// <param name="path">Of the request, decoded.</param>
    /// <param name="values">The values of the route's parameters.</param>
    /// <param name="otherMethods">Whether there are functions at this path for other methods.</param>
    public IndexedFunction? Find(string method, PathString path, out RouteValueDictionary values, out bool otherMethods)
    {
        otherMethods = false;
        foreach (var entry in _entries)
        {
            values = [];
            if (!entry.Matcher.TryMatch(path, values) || !Array.TrueForAll(entry.Constraints, Holds(values))) continue;
            if (entry.Trigger.Methods.IsEmpty || entry.Trigger.Methods.Contains(method)) return entry.Function;
            otherMethods = true;
        }

        values = [];
        return null;
    }

    private static Predicate<(string Parameter, IRouteConstraint Constraint)> Holds(RouteValueDictionary values) =>
        one => !values.ContainsKey(one.Parameter) || one.Constraint.Match(null, null, one.Parameter, values, RouteDirection.IncomingRequest);

    private static RouteValueDictionary Defaults(RouteTemplate template)
    {
        var defaults = new RouteValueDictionary();
        foreach (var parameter in template.Parameters.Where(parameter => parameter.DefaultValue is not null)) defaults[parameter.Name!] = parameter.DefaultValue;
        return defaults;
    }

    private static (string Parameter, IRouteConstraint Constraint)[] Constraints(RouteTemplate template, DefaultInlineConstraintResolver resolver) =>
    [
        .. from parameter in template.Parameters
           from written in parameter.InlineConstraints
           let constraint = resolver.ResolveConstraint(written.Constraint)
           where constraint is not null
           select (parameter.Name!, constraint),
    ];

    private sealed record Entry(IndexedFunction Function, HttpCallTrigger Trigger, TemplateMatcher Matcher, (string Parameter, IRouteConstraint Constraint)[] Constraints);
}
