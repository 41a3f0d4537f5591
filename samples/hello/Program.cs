using CloudNative.CloudEvents;
using FnMesh.Functions;

await FunctionsApplication.RunAsync(args);

public class Hello(MeshClient mesh, ILogger<Hello> log)
{
    [Function("greet"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hello/{name}")]
    public async Task<string> Greet(string name, CancellationToken cancel)
    {
        await mesh.PublishAsync("hello.greeted", new { name }, subject: name, cancel);
        return $"Hello, {name}!\n";
    }

    [Function("count")]
    public void Count([CloudEventTrigger("hello.greeted")] CloudEvent greeted) => log.LogInformation("{Name} was greeted", greeted.Subject);
}
