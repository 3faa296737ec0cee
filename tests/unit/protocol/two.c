#include "bed.h"
