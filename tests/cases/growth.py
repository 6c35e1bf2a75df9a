# x * (1 - x) that is no slope: the logistic map. Nothing to judge.
def grow(x, r=3.7):
    return r * x * (1 - x)


x = 0.4
for _ in range(50):
    x = grow(x)
print(x)
