using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public record Greeted(string Name);

public class GreetingsFunctions(MeshClient mesh, ILogger<GreetingsFunctions> log)
{
    // GET /hello/Ada
    [Function("greet"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hello/{name}")]
    public async Task<string> Greet(string name, CancellationToken cancel)
    {
        await mesh.PublishAsync("hello.greeted", new Greeted(name), subject: name, cancel);
        return $"Hello, {name}!\n";
    }

    // Runs for every event of that type, whoever publishes it, and again later when it throws.
    [Function("remember")]
    public void Remember([CloudEventTrigger("hello.greeted")] Greeted greeted) => log.LogInformation("{Name} was greeted", greeted.Name);
}
